package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import sextant.kit.config.Env;

final class JourneysServerTest {

  @Test
  void configurationHasDefaultsForEverythingButTheMeshKey() {
    JourneysConfig config =
        JourneysConfig.from(
            new Env(Map.of("SEXTANT_MESH_KEY", "0123456789abcdef,fedcba9876543210")));

    assertThat(config.binding().port()).isEqualTo(9103);
    assertThat(config.database().user()).isEqualTo("sextant_journeys");
    assertThat(config.meshKeys()).hasSize(2);
    assertThat(config.upstreams())
        .isEqualTo(
            new JourneysConfig.Upstreams("localhost:9101", "localhost:9102", "localhost:9104"));
  }

  @Test
  void configurationReportsAllProblemsAtOnce() {
    Env env =
        new Env(Map.of("SEXTANT_JOURNEYS_PORT", "http", "SEXTANT_JOURNEYS_POLL_INTERVAL", "5"));

    assertThatThrownBy(() -> JourneysConfig.from(env))
        .hasMessageContaining("SEXTANT_JOURNEYS_PORT must be a whole number")
        .hasMessageContaining("SEXTANT_MESH_KEY is not set")
        .hasMessageContaining("SEXTANT_JOURNEYS_POLL_INTERVAL must be a duration");
  }
}
