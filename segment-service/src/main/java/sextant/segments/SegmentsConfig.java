package sextant.segments;

import java.time.Duration;
import java.util.List;
import sextant.kit.config.Env;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;

/// Settings of the segment-service.
///
/// @param binding where the gRPC server listens
/// @param database the service's access to PostgreSQL
/// @param meshKeys keys of caller tokens, the signing one first
/// @param pollInterval pause of background work when there is none; zero turns background work off
public record SegmentsConfig(
    RpcServer.Binding binding,
    DatabaseConfig database,
    List<byte[]> meshKeys,
    Duration pollInterval) {

  /// The service's own schema.
  static final String SCHEMA = "segments";

  /// The login role that the migrations grant everything in the schema to.
  public static final String ROLE = "sextant_segments";

  /// Roles that the migrations and the service grant something to.
  static final List<String> GRANTED_ROLES = List.of(ROLE, "sextant_journeys", "sextant_dashboard");

  /// Reads the environment; fails with every missing or malformed variable at once.
  public static SegmentsConfig from(Env env) {
    SegmentsConfig config =
        new SegmentsConfig(
            RpcServer.Binding.from(env, "SEGMENTS", 9102),
            new DatabaseConfig(
                env.text("SEXTANT_DATABASE_URL", "jdbc:postgresql://localhost:5432/sextant"),
                ROLE,
                env.text("SEXTANT_SEGMENTS_DATABASE_PASSWORD", ""),
                env.text("SEXTANT_DATABASE_OWNER", ""),
                env.text("SEXTANT_DATABASE_OWNER_PASSWORD", ""),
                env.integer("SEXTANT_SEGMENTS_DATABASE_POOL", 16, 2, 500)),
            CallerTokens.keys(env),
            env.duration("SEXTANT_SEGMENTS_POLL_INTERVAL", Duration.ofSeconds(1)));
    env.check();
    return config;
  }
}
