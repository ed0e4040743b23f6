package sextant.journeys.delivery;

import java.time.Duration;
import java.util.UUID;

/// How long to wait after a failed attempt: twice as long each time, up to an hour, less up to half
/// of it, so that what failed together does not come back together. The share is drawn from the id,
/// so the same attempt always waits the same.
final class BackOff {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  private BackOff() {}

  /// `attempts`: made so far, at least 1.
  static Duration after(int attempts, UUID deliveryId) {
    Duration doubled = FIRST.multipliedBy(1L << Math.min(attempts - 1, 20));
    Duration longest = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    int mixed = (deliveryId.hashCode() + attempts) * 0x9E3779B9;
    double share = 0.5 + (mixed >>> 8) / (double) (1 << 24) / 2;
    return Duration.ofMillis((long) (longest.toMillis() * share));
  }
}
