package sextant.journeys.engine;

import java.time.Instant;
import java.util.UUID;
import sextant.journeys.graph.State;

/// An active enrollment as it was read.
///
/// @param revision tells whether the row is still as it was read
/// @param attempts consecutive failures to read what the node at hand needs
/// @param journeyStatus `active`, `paused`, `archived` or `deleted`
record Enrollment(
    Key key,
    UUID id,
    int version,
    int bucket,
    int revision,
    int attempts,
    Instant enteredAt,
    Instant expiresAt,
    State state,
    String journeyStatus) {

  /// Out of an archived journey everybody moves; in a paused one nobody does.
  boolean mayMove() {
    return journeyStatus.equals("active") || journeyStatus.equals("archived");
  }

  JourneyKey journey() {
    return new JourneyKey(key.tenantId(), key.journeyId());
  }

  VersionKey plan() {
    return new VersionKey(key.tenantId(), key.journeyId(), version);
  }
}
