package sextant.segments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import sextant.kit.config.Env;

final class SegmentsServerTest {

  @Test
  void configurationHasDefaultsForEverythingButTheMeshKey() {
    SegmentsConfig config =
        SegmentsConfig.from(
            new Env(Map.of("SEXTANT_MESH_KEY", "0123456789abcdef,fedcba9876543210")));

    assertThat(config.binding().port()).isEqualTo(9102);
    assertThat(config.database().user()).isEqualTo("sextant_segments");
    assertThat(config.meshKeys()).hasSize(2);
  }

  @Test
  void configurationReportsAllProblemsAtOnce() {
    Env env =
        new Env(Map.of("SEXTANT_SEGMENTS_PORT", "http", "SEXTANT_SEGMENTS_POLL_INTERVAL", "5"));

    assertThatThrownBy(() -> SegmentsConfig.from(env))
        .hasMessageContaining("SEXTANT_SEGMENTS_PORT must be a whole number")
        .hasMessageContaining("SEXTANT_MESH_KEY is not set")
        .hasMessageContaining("SEXTANT_SEGMENTS_POLL_INTERVAL must be a duration");
  }
}
