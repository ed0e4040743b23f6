package sextant.kit.rpc;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/// Instants in the form of the contract.
public final class Timestamps {

  private Timestamps() {}

  public static Timestamp of(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
