package sextant.kit.schedule;

import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.kit.telemetry.Meters;

/// A thread around `int drain()`: again at once while there is work, after a pause when there is
/// none, after a growing pause when it fails. Tests call `drain()` themselves and need no thread.
public final class Poller implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Poller.class);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

  private record Key(String job, String outcome) {}

  private static final Meters<Key> METERS =
      new Meters<>(
          "sextant.background",
          "Rounds of background work, by what came of them",
          key -> Tags.of("job", key.job(), "outcome", key.outcome()));

  private final String name;
  private final Duration pause;
  private final IntSupplier drain;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private Poller(String name, Duration pause, IntSupplier drain) {
    this.name = name;
    this.pause = pause;
    this.drain = drain;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  public static Poller start(String name, Duration pause, IntSupplier drain) {
    Poller poller = new Poller(name, pause, drain);
    poller.thread.start();
    return poller;
  }

  private void run() {
    Duration wait = pause;
    while (closed.getCount() > 0) {
      try {
        wait = timed() > 0 ? Duration.ZERO : pause;
      } catch (RuntimeException failure) {
        if (closed.getCount() == 0) {
          return;
        }
        Duration doubled = wait.isZero() ? pause : wait.multipliedBy(2);
        wait = doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
        log.warn("{} failed, next try in {}", name, wait, failure);
      }
      if (!wait.isZero()) {
        sleep(wait);
      }
    }
  }

  /// Drains, and counts how that went.
  private int timed() {
    long start = System.nanoTime();
    String outcome = "failed";
    try {
      int done = drain.getAsInt();
      outcome = done > 0 ? "worked" : "idle";
      return done;
    } finally {
      METERS.record(new Key(name, outcome), System.nanoTime() - start);
    }
  }

  /// Sleeps up to a tenth longer, so that replicas started together do not stay in step.
  private void sleep(Duration wait) {
    try {
      long millis = wait.toMillis();
      closed.await(
          millis + ThreadLocalRandom.current().nextLong(millis / 10 + 1), TimeUnit.MILLISECONDS);
    } catch (InterruptedException unexpected) {
      Thread.currentThread().interrupt();
    }
  }

  /// Lets the current drain finish. It is not interrupted: that would break the connection on which
  /// a virtual thread is waiting.
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(Duration.ofSeconds(20));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
