package sextant.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import sextant.kit.config.Env;

final class MetricsServerTest {

  @Test
  void configurationHasDefaultsForEverythingButTheMeshKey() {
    MetricsConfig config =
        MetricsConfig.from(
            new Env(Map.of("SEXTANT_MESH_KEY", "0123456789abcdef,fedcba9876543210")));

    assertThat(config.binding().port()).isEqualTo(9101);
    assertThat(config.database().user()).isEqualTo("sextant_metrics");
    assertThat(config.meshKeys()).hasSize(2);
  }

  @Test
  void configurationReportsAllProblemsAtOnce() {
    Env env = new Env(Map.of("SEXTANT_METRICS_PORT", "http", "SEXTANT_METRICS_POLL_INTERVAL", "5"));

    assertThatThrownBy(() -> MetricsConfig.from(env))
        .hasMessageContaining("SEXTANT_METRICS_PORT must be a whole number")
        .hasMessageContaining("SEXTANT_MESH_KEY is not set")
        .hasMessageContaining("SEXTANT_METRICS_POLL_INTERVAL must be a duration");
  }
}
