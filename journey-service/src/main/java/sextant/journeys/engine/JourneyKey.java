package sextant.journeys.engine;

import java.util.Comparator;
import java.util.UUID;

/// Which journey.
public record JourneyKey(String tenantId, UUID journeyId) implements Comparable<JourneyKey> {

  private static final Comparator<JourneyKey> ORDER =
      Comparator.comparing(JourneyKey::tenantId).thenComparing(JourneyKey::journeyId);

  @Override
  public int compareTo(JourneyKey other) {
    return ORDER.compare(this, other);
  }
}
