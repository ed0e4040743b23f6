package sextant.dashboard;

import java.time.Duration;
import java.util.List;
import sextant.kit.config.Env;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;

/// Settings of the dashboard-service.
///
/// @param binding where the gRPC server listens
/// @param database the service's access to PostgreSQL
/// @param meshKeys keys of caller tokens, the signing one first
/// @param journeysTarget gRPC target of the journey-service, which `summary` asks
/// @param journeysDeadline how long `summary` waits for its answer
public record DashboardConfig(
    RpcServer.Binding binding,
    DatabaseConfig database,
    List<byte[]> meshKeys,
    String journeysTarget,
    Duration journeysDeadline) {

  /// The service's own schema.
  static final String SCHEMA = "dashboard";

  /// The login role that the migrations grant everything in the schema to.
  public static final String ROLE = "sextant_dashboard";

  /// Roles that the migrations grant something to.
  static final List<String> GRANTED_ROLES = List.of(ROLE);

  /// Reads the environment; fails with every missing or malformed variable at once.
  public static DashboardConfig from(Env env) {
    DashboardConfig config =
        new DashboardConfig(
            RpcServer.Binding.from(env, "DASHBOARD", 9104),
            new DatabaseConfig(
                env.text("SEXTANT_DATABASE_URL", "jdbc:postgresql://localhost:5432/sextant"),
                ROLE,
                env.text("SEXTANT_DASHBOARD_DATABASE_PASSWORD", ""),
                env.text("SEXTANT_DATABASE_OWNER", ""),
                env.text("SEXTANT_DATABASE_OWNER_PASSWORD", ""),
                env.integer("SEXTANT_DASHBOARD_DATABASE_POOL", 16, 2, 500)),
            CallerTokens.keys(env),
            env.text("SEXTANT_JOURNEYS_TARGET", "dns:///localhost:9103"),
            env.duration("SEXTANT_DASHBOARD_JOURNEYS_DEADLINE", Duration.ofSeconds(1)));
    env.check();
    return config;
  }
}
