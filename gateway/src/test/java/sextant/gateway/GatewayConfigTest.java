package sextant.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import sextant.gateway.GatewayConfig.AuthMode;
import sextant.kit.config.Env;

class GatewayConfigTest {

  private static final String KEY = "0123456789abcdef";

  @Test
  void readsTheEnvironment() {
    GatewayConfig config =
        GatewayConfig.from(
            new Env(
                Map.of(
                    "SEXTANT_MESH_KEY", KEY + "," + KEY + "2",
                    "SEXTANT_DATABASE_URL", "jdbc:postgresql://db/sextant",
                    "SEXTANT_UPSTREAMS",
                        "sextant.metrics.v1=metrics:9101, sextant.segments.v1=inprocess:segments")));
    assertThat(config.auth()).isEqualTo(AuthMode.KEYS);
    assertThat(config.port()).isEqualTo(8080);
    assertThat(config.meshKeys()).hasSize(2);
    assertThat(config.upstreams())
        .containsEntry("sextant.metrics.v1", "metrics:9101")
        .containsEntry("sextant.segments.v1", "inprocess:segments");
    assertThat(config.toString()).doesNotContain(KEY);
  }

  @Test
  void openModeNeedsNoDatabase() {
    GatewayConfig config =
        GatewayConfig.from(new Env(Map.of("SEXTANT_AUTH", "open", "SEXTANT_MESH_KEY", KEY)));
    assertThat(config.database()).isEmpty();
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    Env env =
        new Env(
            Map.of(
                "SEXTANT_MESH_KEY", "short",
                "SEXTANT_GATEWAY_PORT", "99999",
                "SEXTANT_UPSTREAMS", "metrics"));
    assertThatThrownBy(() -> GatewayConfig.from(env))
        .hasMessageContaining("SEXTANT_MESH_KEY must be")
        .hasMessageContaining("SEXTANT_DATABASE_URL is not set")
        .hasMessageContaining("SEXTANT_GATEWAY_PORT must be")
        .hasMessageContaining("SEXTANT_UPSTREAMS must be");
  }
}
