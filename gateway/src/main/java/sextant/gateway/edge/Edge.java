package sextant.gateway.edge;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsProvider;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.cors.CorsServiceBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// Puts the edge in front of a server: port with or without TLS, and what browsers may do.
public final class Edge {

  private static final Duration LOOK_FOR_CERTIFICATES = Duration.ofSeconds(2);
  private static final Duration PREFLIGHT_AGE = Duration.ofHours(1);

  private Edge() {}

  public static void addTo(ServerBuilder server, EdgeConfig config, InetSocketAddress address) {
    server.port(address, config.tls().isPresent() ? SessionProtocol.HTTPS : SessionProtocol.HTTP);
    config
        .tls()
        .ifPresent(
            tls ->
                server
                    .tlsProvider(TlsProvider.ofScheduled(tls::current, LOOK_FOR_CERTIFICATES))
                    .setHeader("strict-transport-security", "max-age=31536000"));
    // Nothing here is to be guessed at, framed, cached on the way or told to other sites.
    server
        .setHeader("x-content-type-options", "nosniff")
        .setHeader("x-frame-options", "DENY")
        .setHeader("referrer-policy", "no-referrer")
        .setHeader("cache-control", "no-store")
        .setHeader(
            "content-security-policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
                + " frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    if (!config.corsOrigins().isEmpty()) {
      server.decorator(cors(config.corsOrigins()).newDecorator());
    }
  }

  private static CorsServiceBuilder cors(List<String> origins) {
    CorsServiceBuilder cors =
        origins.equals(List.of("*"))
            ? CorsService.builderForAnyOrigin()
            : CorsService.builder(origins);
    return cors.allowRequestMethods(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE)
        .allowRequestHeaders(
            "content-type",
            "authorization",
            "x-api-key",
            "x-tenant-id",
            "x-user-role",
            "x-request-id",
            "idempotency-key",
            "traceparent",
            "tracestate")
        .exposeHeaders(
            "x-request-id",
            "retry-after",
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset")
        .maxAge(PREFLIGHT_AGE);
  }
}
