package sextant.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.gateway.contract.Contract;
import sextant.kit.testing.MeshKey;

/// What happens below the routes: raw requests, dead upstreams, many requests at once.
class HttpLevelTest {

  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String HEADERS =
      "Host: x\r\nX-Tenant-Id: t\r\nContent-Type: application/json\r\nConnection: close\r\n";

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /test/count?text=%zz HTTP/1.1",
        "GET /test/../../etc/passwd HTTP/1.1",
        "GET /test/echo/a%00b HTTP/1.1"
      })
  void requestsThatArmeriaRefusesHaveTheSameShape(String requestLine) throws Exception {
    assertThat(raw(requestLine + "\r\n" + HEADERS + "\r\n"))
        .startsWith("HTTP/1.1 400 Bad Request")
        .contains("content-type: application/json")
        .contains("{\"error\":{\"code\":\"BAD_REQUEST\",");
  }

  @Test
  void aLineThatIsTooLongHasTheSameShape() throws Exception {
    String line = "GET /test/count?text=" + "x".repeat(20_000) + " HTTP/1.1\r\n";
    assertThat(raw(line + HEADERS + "\r\n"))
        .startsWith("HTTP/1.1 414 ")
        .contains("{\"error\":{\"code\":\"BAD_REQUEST\",");
  }

  @Test
  void aChunkedBodyWithoutALengthHasTheSameLimit() throws Exception {
    String chunk = "%x\r\n%s\r\n".formatted(100_000, "x".repeat(100_000));
    String body = chunk.repeat(11) + "0\r\n\r\n";
    assertThat(
            raw(
                "POST /test/tools HTTP/1.1\r\n"
                    + HEADERS
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + body))
        .startsWith("HTTP/1.1 413 ")
        .contains("{\"error\":{\"code\":\"PAYLOAD_TOO_LARGE\",");
  }

  @Test
  void aChunkedBodyWithinTheLimitIsRead() throws Exception {
    String body = "8\r\n{\"name\":\r\n8\r\n\"saw\"   \r\n1\r\n}\r\n0\r\n\r\n";
    assertThat(
            raw(
                "POST /test/tools HTTP/1.1\r\n"
                    + HEADERS
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + body))
        .startsWith("HTTP/1.1 201 ")
        .endsWith("{\"id\":\"tool-saw\",\"requestKey\":null}");
  }

  @Test
  void aHugeAnnouncedBodyIsRefusedUnread() throws Exception {
    assertThat(raw("POST /test/tools HTTP/1.1\r\n" + HEADERS + "Content-Length: 99999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ")
        .contains("{\"error\":{\"code\":\"PAYLOAD_TOO_LARGE\",");
  }

  @Test
  void aDeadUpstreamIs503WithoutItsAddress() {
    try (GatewayServer lonely = startWith(Map.of("sextant.workshop.v1", "127.0.0.1:1"))) {
      Answer answer = gateway.send(lonely.port(), "GET", "/test/count", null);
      assertThat(answer.text())
          .isEqualTo(
              "503 {\"error\":{\"code\":\"UNAVAILABLE\",\"message\":\"the service is out of reach; try"
                  + " again\",\"status\":503,\"reason\":\"UNAVAILABLE\"}}");
      assertThat(answer.headers()).containsEntry("retry-after", "1");
      assertThat(gateway.send(lonely.port(), "GET", "/healthz", null).status()).isEqualTo(200);
      assertThat(gateway.send(lonely.port(), "GET", "/readyz", null).text())
          .isEqualTo("503 {\"status\":\"not ready\",\"upstreams\":{\"127.0.0.1:1\":\"UNKNOWN\"}}");
    }
  }

  @Test
  void aHealthyGatewayIsReady() {
    assertThat(gateway.get("/readyz").text())
        .startsWith("200 {\"status\":\"ready\",\"upstreams\":{")
        .contains("\"SERVING\"");
  }

  @Test
  void manyRequestsAtOnceKeepApart() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      List<Callable<Void>> tasks =
          IntStream.range(0, 1_000)
              .mapToObj(
                  i ->
                      (Callable<Void>)
                          () -> {
                            String tenant = "tenant-" + i;
                            String id = "request-" + i;
                            Answer answer =
                                gateway.get(
                                    "/test/whoami", "X-Tenant-Id", tenant, "X-Request-Id", id);
                            assertThat(answer.body())
                                .startsWith("{\"tenantId\":\"" + tenant + "\"")
                                .contains("\"requestId\":\"" + id + "\"");
                            assertThat(answer.headers()).containsEntry("x-request-id", id);
                            return null;
                          })
              .toList();
      for (var result : threads.invokeAll(tasks)) {
        result.get();
      }
    }
  }

  private static GatewayServer startWith(Map<String, String> upstreams) {
    return GatewayServer.start(
        GatewayConfig.open("127.0.0.1", 0, upstreams, List.of(MeshKey.BYTES)),
        Contract.of(List.of(Contract.read("/sextant/test.desc"))),
        gateway.clock);
  }

  /// Head and body of the answer, which is complete long before Armeria closes the connection.
  private static String raw(String request) throws Exception {
    try (Socket client = new Socket("127.0.0.1", gateway.port())) {
      client.setSoTimeout(TIMEOUT_MILLIS);
      client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      client.getOutputStream().flush();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) client.getInputStream().read());
      }
      int length =
          Integer.parseInt(head.toString().replaceAll("(?s).*content-length: (\\d+).*", "$1"));
      byte[] body = client.getInputStream().readNBytes(length);
      return head + new String(body, StandardCharsets.UTF_8);
    }
  }
}
