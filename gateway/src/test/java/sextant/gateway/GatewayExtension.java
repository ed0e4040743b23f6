package sextant.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sextant.gateway.GatewayConfig.AuthMode;
import sextant.gateway.contract.Contract;
import sextant.gateway.edge.EdgeConfig;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;

/// A gateway in front of the workshop, over real sockets.
public final class GatewayExtension implements BeforeAllCallback, AfterAllCallback {

  public static final Contract CONTRACT =
      Contract.of(
          List.of(Contract.read("/sextant/contract.desc"), Contract.read("/sextant/test.desc")));

  public final TestClock clock = TestClock.at("2026-03-16T14:30:00Z");
  final Workshop workshop = new Workshop();

  private final HttpClient client = HttpClient.newHttpClient();
  private RpcServer upstream;
  private GatewayServer gateway;

  @Override
  public void beforeAll(ExtensionContext context) {
    upstream = startUpstream();
    gateway = start(AuthMode.OPEN, Optional.empty(), Duration.ofSeconds(10));
  }

  private RpcServer startUpstream() {
    return RpcServer.start(
        new RpcServer.Binding("127.0.0.1", 0, ""), MeshKey.tokens(clock), List.of(workshop));
  }

  /// Another gateway in front of the same upstream. The caller closes it.
  public GatewayServer start(
      AuthMode auth, Optional<DatabaseConfig> database, Duration requestTimeout) {
    return start(auth, database, requestTimeout, EdgeConfig.LOCAL);
  }

  GatewayServer start(
      AuthMode auth, Optional<DatabaseConfig> database, Duration requestTimeout, EdgeConfig edge) {
    return GatewayServer.start(
        new GatewayConfig(
            "127.0.0.1",
            0,
            auth,
            Map.of("sextant.workshop.v1", "127.0.0.1:" + upstream.port()),
            List.of(MeshKey.BYTES),
            Optional.empty(),
            database,
            requestTimeout,
            Duration.ofSeconds(5),
            edge),
        CONTRACT,
        clock);
  }

  public int port() {
    return gateway.port();
  }

  public Answer get(String path, String... headers) {
    return send(port(), "GET", path, null, headers);
  }

  public Answer send(String method, String path, String body, String... headers) {
    return send(port(), method, path, body, headers);
  }

  /// Sends as tenant `t1`, JSON when there is a body, unless `headers` say otherwise: pairs of name
  /// and value, an empty value for none.
  public Answer send(int port, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("X-Tenant-Id", "t1");
    if (body != null) {
      all.put("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    all.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            request.header(name, value);
          }
        });
    if (port == gateway.port()) {
      return answer(client, request.build());
    }
    // A gateway that closes waits for its connections, so none is left to others than our own.
    try (HttpClient once = HttpClient.newHttpClient()) {
      return answer(once, request.build());
    }
  }

  private static Answer answer(HttpClient client, HttpRequest request) {
    try {
      return Answer.of(client.send(request, BodyHandlers.ofString()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    client.close();
    gateway.close();
    upstream.close();
  }
}
