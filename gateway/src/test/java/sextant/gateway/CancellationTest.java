package sextant.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.gateway.GatewayConfig.AuthMode;

/// Work that nobody waits for any more stops.
class CancellationTest {

  private static final int PATIENCE_SECONDS = 10;

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @Test
  void theServiceIsCancelledWhenTheClientGoesAway() throws Exception {
    try (Socket client = new Socket("127.0.0.1", gateway.port())) {
      send(
          client,
          "GET /test/hang HTTP/1.1\r\nHost: x\r\nX-Tenant-Id: t\r\nX-Request-Id: gone\r\n\r\n");
      assertThat(gateway.workshop.hanging.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .isEqualTo("gone");
    }
    assertThat(gateway.workshop.cancelled.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo("gone");
  }

  @Test
  void theServiceIsCancelledAndTheClientToldWhenTimeIsUp() throws Exception {
    try (GatewayServer impatient =
        gateway.start(AuthMode.OPEN, Optional.empty(), Duration.ofMillis(300))) {
      Answer answer =
          gateway.send(impatient.port(), "GET", "/test/hang", null, "X-Request-Id", "late");
      assertThat(answer.text())
          .isEqualTo(
              "504 {\"error\":{\"code\":\"DEADLINE_EXCEEDED\",\"message\":\"the work took longer than"
                  + " the request may take\",\"status\":504,\"reason\":\"DEADLINE_EXCEEDED\"}}");
      assertThat(answer.body()).contains("\"requestId\":\"late\"");
      assertThat(gateway.workshop.hanging.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .isEqualTo("late");
      assertThat(gateway.workshop.cancelled.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .isEqualTo("late");
    }
  }

  @Test
  void closingLetsRunningRequestsFinish() throws Exception {
    GatewayServer closing = gateway.start(AuthMode.OPEN, Optional.empty(), Duration.ofSeconds(1));
    CompletableFuture<Answer> running =
        CompletableFuture.supplyAsync(
            () ->
                gateway.send(closing.port(), "GET", "/test/hang", null, "X-Request-Id", "running"));
    assertThat(gateway.workshop.hanging.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo("running");
    closing.close();
    assertThat(running.get(PATIENCE_SECONDS, TimeUnit.SECONDS).status()).isEqualTo(504);
    assertThat(gateway.workshop.cancelled.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo("running");
  }

  private static void send(Socket client, String request) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(request.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
