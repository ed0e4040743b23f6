package sextant.journeys.upstream;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// After several failures in a row a service is left alone for a moment: whoever asks meanwhile is
/// told so at once, instead of waiting for one more timeout.
final class Breaker {

  private static final Duration REST = Duration.ofSeconds(1);

  private final int threshold;
  private final InstantSource time;
  private int failures;
  private Instant restsUntil = Instant.MIN;

  Breaker(int threshold, InstantSource time) {
    this.threshold = threshold;
    this.time = time;
  }

  synchronized boolean isOpen() {
    return failures >= threshold && time.instant().isBefore(restsUntil);
  }

  synchronized void succeeded() {
    failures = 0;
  }

  synchronized void failed() {
    failures++;
    restsUntil = time.instant().plus(REST);
  }
}
