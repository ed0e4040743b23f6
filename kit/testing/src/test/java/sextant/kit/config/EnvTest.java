package sextant.kit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvTest {

  private enum Mode {
    KEYS,
    OPEN
  }

  @Test
  void readsWhatIsSetAndFallsBackOtherwise() {
    Env env = new Env(Map.of("PORT", "9001", "PAUSE", "PT0.5S", "MODE", "open", "EMPTY", ""));
    assertThat(env.integer("PORT", 1, 0, 65_535)).isEqualTo(9001);
    assertThat(env.duration("PAUSE", Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(500));
    assertThat(env.oneOf("MODE", Mode.KEYS)).isEqualTo(Mode.OPEN);
    assertThat(env.integer("EMPTY", 7, 0, 9)).isEqualTo(7);
    assertThat(env.text("ABSENT", "fallback")).isEqualTo("fallback");
    env.check();
  }

  @Test
  void reportsAllProblemsAtOnce() {
    Env env = new Env(Map.of("PORT", "99999", "PAUSE", "soon", "MODE", "closed"));
    env.integer("PORT", 1, 0, 65_535);
    env.duration("PAUSE", Duration.ZERO);
    env.oneOf("MODE", Mode.KEYS);
    env.required("DATABASE_URL");
    assertThatThrownBy(env::check)
        .hasMessageContaining("PORT must be a whole number from 0 to 65535, was \"99999\"")
        .hasMessageContaining("PAUSE must be a duration such as PT5S or PT10M, was \"soon\"")
        .hasMessageContaining("MODE must be one of keys, open, was \"closed\"")
        .hasMessageContaining("DATABASE_URL is not set");
  }
}
