package sextant.gateway.edge;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import sextant.gateway.limit.Rate;
import sextant.gateway.limit.RateLimits;
import sextant.kit.config.Env;
import sextant.kit.mesh.MeshTls;
import sextant.kit.rpc.RpcServer;

/// What stands between the gateway and the world.
///
/// @param tls folder with `tls.crt` and `tls.key` for HTTPS; empty: plain HTTP, behind something
///   that ends TLS
/// @param meshTls certificates for calls to the services; empty: none
/// @param corsOrigins origins whose pages may call, such as `https://app.example`, or `*`; none:
///   only pages of this gateway
/// @param rateLimits how often a tenant may use a route
/// @param maxConcurrentRequests requests at the same time; more are refused with 503
/// @param drainDelay how long a gateway that stops still takes requests, for load balancers to
///   notice that it is not ready
public record EdgeConfig(
    Optional<EdgeTls> tls,
    Optional<MeshTls> meshTls,
    List<String> corsOrigins,
    RateLimits rateLimits,
    int maxConcurrentRequests,
    Duration drainDelay) {

  private static final int MAX_CONCURRENT_REQUESTS = 512;
  private static final Rate DEFAULT_RATE = new Rate(1_000, Duration.ofSeconds(1));
  private static final Duration DEFAULT_DRAIN_DELAY = Duration.ofSeconds(5);

  /// For a machine of one's own: no TLS, no rate limits, and stops at once.
  public static final EdgeConfig LOCAL =
      new EdgeConfig(
          Optional.empty(),
          Optional.empty(),
          List.of(),
          RateLimits.NONE,
          MAX_CONCURRENT_REQUESTS,
          Duration.ZERO);

  public EdgeConfig {
    corsOrigins = List.copyOf(corsOrigins);
  }

  /// Problems are collected in `env`.
  public static EdgeConfig from(Env env) {
    return new EdgeConfig(
        env.parsed(
            "SEXTANT_TLS",
            Optional.empty(),
            "a folder with tls.crt and tls.key, both PEM",
            folder -> Optional.of(EdgeTls.in(Path.of(folder)))),
        RpcServer.Binding.tls(env),
        env.parsed(
            "SEXTANT_CORS_ORIGINS",
            List.of(),
            "comma-separated origins such as https://app.example, or *",
            EdgeConfig::origins),
        new RateLimits(
            env.parsed(
                "SEXTANT_RATE_LIMIT",
                Optional.of(DEFAULT_RATE),
                "a rate " + Rate.FORM + ", or none",
                text -> text.equals("none") ? Optional.empty() : Optional.of(Rate.parse(text))),
            env.parsed(
                "SEXTANT_RATE_LIMITS",
                Map.of(),
                "comma-separated route=rate, such as POST /api/v1/segments=10/s",
                RateLimits::parse)),
        env.integer("SEXTANT_MAX_CONCURRENT_REQUESTS", MAX_CONCURRENT_REQUESTS, 1, 1_000_000),
        env.duration("SEXTANT_DRAIN_DELAY", DEFAULT_DRAIN_DELAY));
  }

  private static List<String> origins(String text) {
    List<String> origins = Stream.of(text.split(",")).map(String::strip).toList();
    if (origins.size() > 1 && origins.contains("*")
        || !origins.stream().allMatch(origin -> origin.matches("\\*|https?://[^/\\s*]+"))) {
      throw new IllegalArgumentException();
    }
    return origins;
  }
}
