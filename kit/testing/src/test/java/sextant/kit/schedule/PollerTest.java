package sextant.kit.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollerTest {

  private static final Duration PAUSE = Duration.ofMillis(1);

  @Test
  void keepsDrainingAndSurvivesFailures() throws InterruptedException {
    CountDownLatch rounds = new CountDownLatch(5);
    try (Poller poller =
        Poller.start(
            "test",
            PAUSE,
            () -> {
              rounds.countDown();
              if (rounds.getCount() % 2 == 0) {
                throw new IllegalStateException("on purpose");
              }
              return 1;
            })) {
      assertThat(rounds.await(10, TimeUnit.SECONDS)).as("%s", poller).isTrue();
    }
  }

  @Test
  void drainsNoMoreOnceClosed() throws InterruptedException {
    AtomicInteger rounds = new AtomicInteger();
    CountDownLatch started = new CountDownLatch(1);
    Poller poller =
        Poller.start(
            "test",
            PAUSE,
            () -> {
              started.countDown();
              return rounds.incrementAndGet();
            });
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    poller.close();
    int atClose = rounds.get();
    Thread.yield();
    assertThat(rounds.get()).isEqualTo(atClose);
  }
}
