package sextant.dashboard.value;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// Instants as the contract carries them and as PostgreSQL keeps them: to the microsecond.
public final class Instants {

  /// The rule in words, for error messages.
  public static final String RULE = "must be a time from the year 1900 to the year 9999";

  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private Instants() {}

  /// The instant, or empty when it breaks the rule.
  public static Optional<Instant> parse(Timestamp timestamp) {
    boolean valid =
        timestamp.getSeconds() >= EARLIEST.getEpochSecond()
            && timestamp.getSeconds() <= LATEST.getEpochSecond()
            && timestamp.getNanos() >= 0
            && timestamp.getNanos() < 1_000_000_000;
    return valid
        ? Optional.of(
            Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos())
                .truncatedTo(ChronoUnit.MICROS))
        : Optional.empty();
  }
}
