package sextant.journeys.engine;

import java.util.UUID;

/// Which version of which journey.
public record VersionKey(String tenantId, UUID journeyId, int version) {}
