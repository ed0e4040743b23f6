package sextant.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import sextant.access.v1.Role;
import sextant.gateway.error.HttpError;
import sextant.kit.testing.TestClock;

/// When stored keys are read anew.
class KeyRingTest {

  private static final ApiKeyText TEXT = new ApiKeyText(List.of(new byte[] {1, 2, 3}));

  private final TestClock clock = TestClock.at("2026-03-16T14:30:00Z");
  private final Map<ByteBuffer, KeyRing.Key> stored = new ConcurrentHashMap<>();
  private final AtomicInteger readings = new AtomicInteger();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final KeyRing ring = new KeyRing(TEXT, this::read, clock);

  private Map<ByteBuffer, KeyRing.Key> read() {
    readings.incrementAndGet();
    if (broken.get()) {
      throw new IllegalStateException("no database");
    }
    return Map.copyOf(stored);
  }

  private String store() {
    String key = TEXT.generate();
    stored.put(
        ByteBuffer.wrap(TEXT.hash(key)),
        new KeyRing.Key("id", "acme", Role.ROLE_VIEWER, Optional.empty()));
    return key;
  }

  private boolean opens(String key) {
    return ring.find(key).join().isPresent();
  }

  @Test
  void aKnownKeyIsReadOnceInFiveSeconds() {
    String key = store();
    for (int i = 0; i < 100; i++) {
      assertThat(opens(key)).isTrue();
    }
    clock.advance(Duration.ofMillis(4_999));
    assertThat(opens(key)).isTrue();
    assertThat(readings).hasValue(1);
  }

  @Test
  void unknownKeysCauseOneReadingASecondAtMost() {
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 100; i++) {
        assertThat(opens("krn_" + i)).isFalse();
      }
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(readings).hasValue(3);
  }

  @Test
  void whatCannotBeAKeyCausesNone() {
    assertThat(opens("")).isFalse();
    assertThat(opens("sk_live_1")).isFalse();
    assertThat(opens("krn_" + "x".repeat(1_000))).isFalse();
    assertThat(readings).hasValue(0);
  }

  @Test
  void aRevokedKeyIsGoneAfterFifteenSecondsAtTheLatest() {
    String key = store();
    assertThat(opens(key)).isTrue();
    stored.clear();
    clock.advance(Duration.ofSeconds(14));
    assertThat(opens(key)).isFalse();
  }

  @Test
  void aChangeMadeHereShowsAtOnce() {
    String first = store();
    assertThat(opens(first)).isTrue();
    String second = store();
    ring.expire();
    assertThat(opens(second)).isTrue();
  }

  @Test
  void aChangeDuringAReadingIsReadAgain() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch changed = new CountDownLatch(1);
    AtomicInteger slowReadings = new AtomicInteger();
    KeyRing slow =
        new KeyRing(
            TEXT,
            () -> {
              Map<ByteBuffer, KeyRing.Key> seen = Map.copyOf(stored);
              if (slowReadings.incrementAndGet() == 1) {
                reading.countDown();
                await(changed);
              }
              return seen;
            },
            clock);
    CompletableFuture<Optional<KeyRing.Key>> early = slow.find("krn_unknown");
    reading.await();
    String key = store();
    slow.expire();
    CompletableFuture<Optional<KeyRing.Key>> late = slow.find(key);
    changed.countDown();
    assertThat(late.join()).isPresent();
    assertThat(early.join()).isEmpty();
    assertThat(slowReadings).hasValue(2);
  }

  @Test
  void aKeyThatCannotBeCheckedIsNotTrustedForever() {
    String key = store();
    assertThat(opens(key)).isTrue();
    broken.set(true);
    clock.advance(Duration.ofSeconds(13));
    assertThat(opens(key)).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThatThrownBy(() -> opens(key))
        .cause()
        .isInstanceOfSatisfying(
            HttpError.class, error -> assertThat(error.status().code()).isEqualTo(503));
    broken.set(false);
    assertThat(opens(key)).isTrue();
  }

  @Test
  void anOldPepperStillOpens() {
    String key = store();
    KeyRing both =
        new KeyRing(
            new ApiKeyText(List.of(new byte[] {9}, new byte[] {1, 2, 3})), this::read, clock);
    assertThat(both.find(key).join()).isPresent();
    KeyRing other = new KeyRing(new ApiKeyText(List.of(new byte[] {9})), this::read, clock);
    assertThat(other.find(key).join()).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
