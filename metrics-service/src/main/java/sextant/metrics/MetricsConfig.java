package sextant.metrics;

import java.time.Duration;
import java.util.List;
import sextant.kit.config.Env;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;

/// Settings of the metrics-service.
///
/// @param binding where the gRPC server listens
/// @param database the service's access to PostgreSQL
/// @param meshKeys keys of caller tokens, the signing one first
/// @param pollInterval pause of background work when there is none; zero turns background work off
public record MetricsConfig(
    RpcServer.Binding binding,
    DatabaseConfig database,
    List<byte[]> meshKeys,
    Duration pollInterval) {

  /// The service's own schema.
  static final String SCHEMA = "metrics";

  /// The login role that the migrations grant everything in the schema to.
  public static final String ROLE = "sextant_metrics";

  /// Roles that the migrations grant something to.
  static final List<String> GRANTED_ROLES =
      List.of(ROLE, "sextant_segments", "sextant_journeys", "sextant_dashboard");

  /// Reads the environment; fails with every missing or malformed variable at once.
  public static MetricsConfig from(Env env) {
    MetricsConfig config =
        new MetricsConfig(
            RpcServer.Binding.from(env, "METRICS", 9101),
            new DatabaseConfig(
                env.text("SEXTANT_DATABASE_URL", "jdbc:postgresql://localhost:5432/sextant"),
                ROLE,
                env.text("SEXTANT_METRICS_DATABASE_PASSWORD", ""),
                env.text("SEXTANT_DATABASE_OWNER", ""),
                env.text("SEXTANT_DATABASE_OWNER_PASSWORD", ""),
                env.integer("SEXTANT_METRICS_DATABASE_POOL", 16, 2, 500)),
            CallerTokens.keys(env),
            env.duration("SEXTANT_METRICS_POLL_INTERVAL", Duration.ofSeconds(1)));
    env.check();
    return config;
  }
}
