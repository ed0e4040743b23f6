package sextant.standalone.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.gateway.GatewayConfig;
import sextant.gateway.GatewayServer;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.standalone.Call;
import sextant.standalone.Reply;

/// A service whose clock is not that of the gateway.
class ClocksTest {

  private final EmbeddedDatabase database = EmbeddedDatabase.empty();

  @AfterEach
  void close() {
    database.close();
  }

  /// What a gateway answers that stands before a service with such a clock.
  private Reply send(Call call, Duration ahead, byte[] meshKey) {
    try (MetricsServer metrics =
            MetricsServer.start(
                new MetricsConfig(
                    new RpcServer.Binding("127.0.0.1", 0, "", Optional.empty(), 10),
                    database.config(MetricsConfig.ROLE),
                    List.of(MeshKey.BYTES),
                    Duration.ofMillis(50)),
                () -> InstantSource.system().instant().plus(ahead));
        GatewayServer gateway =
            GatewayServer.start(
                GatewayConfig.open(
                    "127.0.0.1",
                    0,
                    Map.of("sextant.metrics.v1", "127.0.0.1:" + metrics.port()),
                    List.of(meshKey)),
                InstantSource.system())) {
      return call.tenant("acme").sendTo("http://127.0.0.1:" + gateway.port());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1M", "PT-10M"})
  void aMinuteAheadOrTenBehindIsNotNoticed(Duration ahead) {
    Call record = Call.post("/api/v1/events", "{\"eventType\": \"visit\", \"customerId\": \"c\"}");
    send(record, ahead, MeshKey.BYTES).expect(202);
  }

  @Test
  void aClientIsNotBlamedForAClockThatIsTooFarAhead() {
    assertRefused(
        send(Call.get("/api/v1/behavioral-metrics"), Duration.ofMinutes(10), MeshKey.BYTES));
  }

  @Test
  void aClientIsNotBlamedForAnotherMeshKey() {
    assertRefused(
        send(Call.get("/api/v1/behavioral-metrics"), Duration.ZERO, "another mesh key".getBytes()));
  }

  private static void assertRefused(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(503);
    assertThat(reply.headers().firstValue("Retry-After")).contains("1");
    assertThat(reply.json().at("/error/reason").asText()).isEqualTo("UNAVAILABLE");
  }
}
