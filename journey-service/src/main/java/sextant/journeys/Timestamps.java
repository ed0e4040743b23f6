package sextant.journeys;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/// Instants of the database in the form of the contract.
final class Timestamps {

  private Timestamps() {}

  static Timestamp message(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
