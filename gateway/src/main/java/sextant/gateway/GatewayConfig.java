package sextant.gateway;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sextant.gateway.auth.ApiKeys;
import sextant.gateway.edge.EdgeConfig;
import sextant.kit.config.Env;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.rpc.CallerTokens;

/// Settings of the gateway.
///
/// @param host address to listen on
/// @param port port to listen on, 0 for a free one
/// @param auth who is let in
/// @param upstreams where the services are: target, as `sextant.kit.mesh.Channels` understands it,
///   by proto package
/// @param meshKeys keys of caller tokens, the signing one first
/// @param keyPepper secret of the stored API keys; empty: made from the mesh keys
/// @param database where API keys are stored; required for `AuthMode.KEYS`
/// @param requestTimeout how long a request may take, upstream included
/// @param drainTimeout how long running requests may finish when the gateway stops
/// @param edge TLS, browsers, limits
public record GatewayConfig(
    String host,
    int port,
    AuthMode auth,
    Map<String, String> upstreams,
    List<byte[]> meshKeys,
    Optional<byte[]> keyPepper,
    Optional<DatabaseConfig> database,
    Duration requestTimeout,
    Duration drainTimeout,
    EdgeConfig edge) {

  /// Who is let in.
  public enum AuthMode {
    /// Whoever has an API key.
    KEYS,
    /// Everybody, as whoever they say they are.
    OPEN
  }

  static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);
  static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(20);

  public GatewayConfig {
    if (auth == AuthMode.KEYS && database.isEmpty()) {
      throw new IllegalArgumentException("SEXTANT_AUTH=keys needs a database for the keys");
    }
    upstreams = Map.copyOf(upstreams);
    meshKeys = List.copyOf(meshKeys);
  }

  /// Settings of a gateway for a trial on this machine: open, without a database.
  public static GatewayConfig open(
      String host, int port, Map<String, String> upstreams, List<byte[]> meshKeys) {
    return new GatewayConfig(
        host,
        port,
        AuthMode.OPEN,
        upstreams,
        meshKeys,
        Optional.empty(),
        Optional.empty(),
        DEFAULT_REQUEST_TIMEOUT,
        DEFAULT_DRAIN_TIMEOUT,
        EdgeConfig.LOCAL);
  }

  /// Fails with every problem of the environment at once.
  public static GatewayConfig from(Env env) {
    AuthMode auth = env.oneOf("SEXTANT_AUTH", AuthMode.KEYS);
    Optional<DatabaseConfig> database = database(env, auth);
    List<byte[]> meshKeys = CallerTokens.keys(env);
    Map<String, String> upstreams =
        env.parsed(
            "SEXTANT_UPSTREAMS",
            Map.of(),
            "comma-separated package=target, such as sextant.metrics.v1=localhost:9001",
            GatewayConfig::upstreams);
    String pepper = env.text("SEXTANT_API_KEY_PEPPER", "");
    String host = env.text("SEXTANT_GATEWAY_HOST", "0.0.0.0");
    int port = env.integer("SEXTANT_GATEWAY_PORT", 8080, 0, 65535);
    Duration request = env.duration("SEXTANT_REQUEST_TIMEOUT", DEFAULT_REQUEST_TIMEOUT);
    Duration drain = env.duration("SEXTANT_DRAIN_TIMEOUT", DEFAULT_DRAIN_TIMEOUT);
    EdgeConfig edge = EdgeConfig.from(env);
    env.check();
    return new GatewayConfig(
        host,
        port,
        auth,
        upstreams,
        meshKeys,
        pepper.isEmpty() ? Optional.empty() : Optional.of(bytes(pepper)),
        database,
        request,
        drain,
        edge);
  }

  private static Optional<DatabaseConfig> database(Env env, AuthMode auth) {
    String url =
        auth == AuthMode.KEYS
            ? env.required("SEXTANT_DATABASE_URL")
            : env.text("SEXTANT_DATABASE_URL", "");
    return url.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DatabaseConfig(
                url,
                ApiKeys.ROLE,
                env.text("SEXTANT_GATEWAY_DATABASE_PASSWORD", ""),
                env.text("SEXTANT_DATABASE_OWNER", ""),
                env.text("SEXTANT_DATABASE_OWNER_PASSWORD", ""),
                env.integer("SEXTANT_GATEWAY_DATABASE_POOL", 4, 1, 100)));
  }

  private static Map<String, String> upstreams(String text) {
    Map<String, String> targets = new LinkedHashMap<>();
    for (String pair : text.split(",")) {
      String[] parts = pair.strip().split("=", 2);
      if (parts.length < 2 || parts[0].isBlank() || parts[1].isBlank()) {
        throw new IllegalArgumentException();
      }
      targets.put(parts[0].strip(), parts[1].strip());
    }
    return targets;
  }

  private static byte[] bytes(String text) {
    return text.strip().getBytes(StandardCharsets.UTF_8);
  }

  /// Leaves the secrets out of logs.
  @Override
  public String toString() {
    return "GatewayConfig[%s:%d, auth=%s, upstreams=%s, database=%s]"
        .formatted(host, port, auth, upstreams, database);
  }
}
