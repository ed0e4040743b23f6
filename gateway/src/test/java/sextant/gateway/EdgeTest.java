package sextant.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import sextant.gateway.GatewayConfig.AuthMode;
import sextant.gateway.edge.EdgeConfig;
import sextant.gateway.edge.EdgeTls;
import sextant.gateway.limit.Rate;
import sextant.gateway.limit.RateLimits;
import sextant.kit.config.Env;
import sextant.kit.testing.Certificates;

/// What stands between the gateway and the world.
class EdgeTest {

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @TempDir Path folder;

  private static GatewayServer start(EdgeConfig edge) {
    return gateway.start(AuthMode.OPEN, Optional.empty(), Duration.ofSeconds(10), edge);
  }

  private static EdgeConfig limited(RateLimits limits) {
    return new EdgeConfig(
        Optional.empty(), Optional.empty(), List.of(), limits, 100, Duration.ZERO);
  }

  private static EdgeConfig cors(List<String> origins, RateLimits limits) {
    return new EdgeConfig(Optional.empty(), Optional.empty(), origins, limits, 100, Duration.ZERO);
  }

  @Test
  void everyAnswerIsSafeForBrowsers() {
    for (String path : List.of("/test/whoami", "/healthz", "/nowhere", "/docs/index.html")) {
      Map<String, String> headers = gateway.get(path).headers();
      assertThat(headers)
          .containsEntry("x-content-type-options", "nosniff")
          .containsEntry("x-frame-options", "DENY")
          .containsEntry("referrer-policy", "no-referrer")
          .containsKey("content-security-policy")
          .doesNotContainKeys("server", "access-control-allow-origin");
    }
  }

  @Test
  void aRouteIsLimitedPerTenantAndRefillsWithTime() {
    RateLimits limits =
        new RateLimits(
            Optional.of(new Rate(2, Duration.ofSeconds(1))),
            Map.of("GET /test/count", new Rate(60, Duration.ofMinutes(1))));
    try (GatewayServer server = start(limited(limits))) {
      Answer first = gateway.send(server.port(), "GET", "/test/whoami", null);
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.headers())
          .containsEntry("ratelimit-limit", "2")
          .containsEntry("ratelimit-remaining", "1")
          .containsEntry("ratelimit-reset", "1");
      gateway.send(server.port(), "GET", "/test/whoami", null);
      Answer refused = gateway.send(server.port(), "GET", "/test/whoami", null);
      assertThat(refused.text()).startsWith("429 {\"error\":{\"code\":\"RATE_LIMITED\"");
      assertThat(refused.headers())
          .containsEntry("retry-after", "1")
          .containsEntry("ratelimit-remaining", "0");
      assertThat(
              gateway
                  .send(server.port(), "GET", "/test/whoami", null, "X-Tenant-Id", "t2")
                  .status())
          .isEqualTo(200);
      gateway.clock.advance(Duration.ofMillis(500));
      assertThat(gateway.send(server.port(), "GET", "/test/whoami", null).status()).isEqualTo(200);
      assertThat(gateway.send(server.port(), "GET", "/test/whoami", null).status()).isEqualTo(429);
    }
  }

  @Test
  void aLimitForARouteThatDoesNotExistKeepsTheGatewayFromStarting() {
    RateLimits typo =
        new RateLimits(
            Optional.empty(), Map.of("GET /test/whoamy", new Rate(1, Duration.ofSeconds(1))));
    assertThatThrownBy(() -> start(limited(typo)))
        .hasMessageContaining(
            "SEXTANT_RATE_LIMITS names routes that do not exist: GET /test/whoamy");
  }

  @Test
  void pagesOfAllowedOriginsMayCall() {
    RateLimits one = new RateLimits(Optional.of(new Rate(1, Duration.ofSeconds(1))), Map.of());
    try (GatewayServer server = start(cors(List.of("https://app.example"), one))) {
      Answer preflight =
          gateway.send(
              server.port(),
              "OPTIONS",
              "/test/whoami",
              null,
              "Origin",
              "https://app.example",
              "Access-Control-Request-Method",
              "GET",
              "Access-Control-Request-Headers",
              "x-tenant-id,idempotency-key");
      assertThat(preflight.status()).isEqualTo(200);
      assertThat(preflight.headers())
          .containsEntry("access-control-allow-origin", "https://app.example")
          .containsEntry("access-control-max-age", "3600");
      assertThat(preflight.headers().get("access-control-allow-headers"))
          .contains("x-tenant-id")
          .contains("idempotency-key");
      Answer answer =
          gateway.send(server.port(), "GET", "/test/whoami", null, "Origin", "https://app.example");
      assertThat(answer.headers())
          .containsEntry("access-control-allow-origin", "https://app.example");
      assertThat(answer.headers().get("access-control-expose-headers")).contains("retry-after");
      Answer refused =
          gateway.send(server.port(), "GET", "/test/whoami", null, "Origin", "https://app.example");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.headers())
          .containsEntry("access-control-allow-origin", "https://app.example");
      Answer stranger =
          gateway.send(
              server.port(),
              "GET",
              "/test/whoami",
              null,
              "Origin",
              "https://evil.example",
              "X-Tenant-Id",
              "t2");
      assertThat(stranger.headers()).doesNotContainKey("access-control-allow-origin");
    }
  }

  @Test
  void tooManyRequestsAtTheSameTimeAreRefusedAtOnce() throws Exception {
    EdgeConfig narrow =
        new EdgeConfig(
            Optional.empty(), Optional.empty(), List.of(), RateLimits.NONE, 1, Duration.ZERO);
    try (GatewayServer server =
        gateway.start(AuthMode.OPEN, Optional.empty(), Duration.ofSeconds(1), narrow)) {
      CompletableFuture<Answer> running =
          CompletableFuture.supplyAsync(
              () -> gateway.send(server.port(), "GET", "/test/hang", null, "X-Request-Id", "slow"));
      assertThat(gateway.workshop.hanging.poll(10, TimeUnit.SECONDS)).isEqualTo("slow");
      Answer refused = gateway.send(server.port(), "GET", "/test/whoami", null);
      assertThat(refused.text()).startsWith("503 {\"error\":{\"code\":\"UNAVAILABLE\"");
      assertThat(refused.headers()).containsEntry("retry-after", "1");
      assertThat(gateway.send(server.port(), "GET", "/healthz", null).status()).isEqualTo(200);
      Answer late = running.get(10, TimeUnit.SECONDS);
      assertThat(late.status()).isEqualTo(504);
      assertThat(late.headers()).containsEntry("retry-after", "1");
      assertThat(gateway.send(server.port(), "GET", "/test/whoami", null).status()).isEqualTo(200);
    }
  }

  @Test
  void httpsTakesNewCertificatesWithoutARestart() throws Exception {
    Certificates old = new Certificates("old");
    Path files = old.write(folder.resolve("tls"), "gateway");
    EdgeConfig secure =
        new EdgeConfig(
            Optional.of(EdgeTls.in(files)),
            Optional.empty(),
            List.of(),
            RateLimits.NONE,
            100,
            Duration.ZERO);
    try (GatewayServer server = start(secure)) {
      var answer = https(old.trust(), server.port());
      assertThat(answer.headers().firstValue("strict-transport-security")).isPresent();
      Certificates next = new Certificates("next");
      assertThatThrownBy(() -> https(next.trust(), server.port()))
          .isInstanceOf(SSLHandshakeException.class);
      next.write(files, "gateway");
      Files.setLastModifiedTime(
          files.resolve("tls.key"), FileTime.from(Instant.now().plusSeconds(1)));
      for (boolean taken = false; !taken; ) {
        try {
          assertThat(https(next.trust(), server.port()).statusCode()).isEqualTo(200);
          taken = true;
        } catch (SSLHandshakeException notYet) {
          assertThat(notYet).hasMessageContaining("path");
        }
      }
    }
  }

  private static java.net.http.HttpResponse<String> https(SSLContext trust, int port)
      throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/test/whoami"))
              .header("X-Tenant-Id", "t1")
              .timeout(Duration.ofSeconds(10))
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void settingsAreReadAndTheirProblemsReportedTogether() {
    EdgeConfig config =
        EdgeConfig.from(
            new Env(
                Map.of(
                    "SEXTANT_CORS_ORIGINS", "https://a.example, http://localhost:3000",
                    "SEXTANT_RATE_LIMIT", "none",
                    "SEXTANT_RATE_LIMITS", "POST /api/v1/segments=10/s, GET /x=5000/h",
                    "SEXTANT_MAX_CONCURRENT_REQUESTS", "7",
                    "SEXTANT_DRAIN_DELAY", "PT1S")));
    assertThat(config.corsOrigins()).containsExactly("https://a.example", "http://localhost:3000");
    assertThat(config.rateLimits().each()).isEmpty();
    assertThat(config.rateLimits().byRoute())
        .containsEntry("POST /api/v1/segments", new Rate(10, Duration.ofSeconds(1)))
        .containsEntry("GET /x", new Rate(5_000, Duration.ofHours(1)));
    Env wrong =
        new Env(
            Map.of(
                "SEXTANT_TLS", "/nowhere",
                "SEXTANT_MESH_TLS", "/nowhere",
                "SEXTANT_CORS_ORIGINS", "app.example",
                "SEXTANT_RATE_LIMIT", "many",
                "SEXTANT_RATE_LIMITS", "POST /api/v1/segments",
                "SEXTANT_MAX_CONCURRENT_REQUESTS", "0"));
    EdgeConfig.from(wrong);
    assertThatThrownBy(wrong::check)
        .hasMessageContaining("SEXTANT_TLS must be")
        .hasMessageContaining("SEXTANT_MESH_TLS must be")
        .hasMessageContaining("SEXTANT_CORS_ORIGINS must be")
        .hasMessageContaining("SEXTANT_RATE_LIMIT must be")
        .hasMessageContaining("SEXTANT_RATE_LIMITS must be")
        .hasMessageContaining("SEXTANT_MAX_CONCURRENT_REQUESTS must be");
  }
}
