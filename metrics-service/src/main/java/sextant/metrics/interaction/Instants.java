package sextant.metrics.interaction;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Instants between the contract and PostgreSQL, which keeps microseconds.
final class Instants {

  /// The rule in words, for error messages.
  static final String RULE = "must be an instant of the years 1 to 9999";

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private Instants() {}

  /// The instant to the microsecond, or empty when it breaks the rule.
  static Optional<Instant> instant(Timestamp timestamp) {
    return instant(timestamp.getSeconds(), timestamp.getNanos());
  }

  static Optional<Instant> instant(long seconds, int nanos) {
    return seconds >= FIRST.getEpochSecond()
            && seconds <= LAST.getEpochSecond()
            && nanos >= 0
            && nanos <= LAST.getNano()
        ? Optional.of(Instant.ofEpochSecond(seconds, nanos).truncatedTo(ChronoUnit.MICROS))
        : Optional.empty();
  }
}
