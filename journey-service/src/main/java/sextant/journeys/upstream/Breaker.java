package sextant.journeys.upstream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// After several failures in a row a service is left alone for a moment: whoever asks meanwhile is
/// told so at once, instead of waiting for one more timeout.
final class Breaker {

  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int threshold;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicLong failedAt = new AtomicLong();

  Breaker(int threshold) {
    this.threshold = threshold;
  }

  boolean isOpen() {
    return failures.get() >= threshold && System.nanoTime() - failedAt.get() < REST_NANOS;
  }

  void succeeded() {
    failures.set(0);
  }

  void failed() {
    failedAt.set(System.nanoTime());
    failures.incrementAndGet();
  }
}
