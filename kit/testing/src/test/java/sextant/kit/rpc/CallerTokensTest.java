package sextant.kit.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import sextant.access.v1.Role;
import sextant.kit.testing.Seeds;
import sextant.kit.testing.TestClock;

class CallerTokensTest {

  private final TestClock clock = TestClock.at("2026-03-01T12:00:00Z");
  private final CallerTokens tokens = tokens("the current mesh key");
  private final Caller caller = new Caller("acme", Role.ROLE_EDITOR, "key 7", "request 1");

  private CallerTokens tokens(String... keys) {
    return new CallerTokens(
        List.of(keys).stream().map(key -> key.getBytes(StandardCharsets.UTF_8)).toList(), clock);
  }

  @Test
  void whatWasSignedIsVerified() {
    assertThat(tokens.verify(tokens.sign(caller))).contains(caller);
  }

  @Test
  void aTokenExpires() {
    byte[] token = tokens.sign(caller);
    clock.advance(Duration.ofMinutes(2));
    assertThat(tokens.verify(token)).contains(caller);
    clock.advance(Duration.ofSeconds(31));
    assertThat(tokens.verify(token)).isEmpty();
  }

  @Test
  void anotherKeyIsRefusedAndAnOldOneAcceptedWhileListed() {
    byte[] token = tokens("the previous mesh key").sign(caller);
    assertThat(tokens.verify(token)).isEmpty();
    assertThat(tokens("the current mesh key", "the previous mesh key").verify(token))
        .contains(caller);
  }

  @Test
  void noChangedByteIsAccepted() {
    byte[] token = tokens.sign(caller);
    Seeds.forEach(
        500,
        random -> {
          byte[] changed = token.clone();
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
          assertThat(tokens.verify(changed)).isEmpty();
        });
  }

  @Test
  void aTenantThatCouldNotBeSetIsRefused() {
    Caller hostile = new Caller("a' or '1'='1", Role.ROLE_ADMIN, "", "");
    assertThat(tokens.verify(tokens.sign(hostile))).isEmpty();
  }

  @Test
  void shortKeysAreRefused() {
    assertThatThrownBy(() -> tokens("short")).isInstanceOf(IllegalArgumentException.class);
  }
}
