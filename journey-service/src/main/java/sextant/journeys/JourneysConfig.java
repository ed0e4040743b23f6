package sextant.journeys;

import java.time.Duration;
import java.util.List;
import sextant.kit.config.Env;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;

/// Settings of the journey-service.
///
/// @param binding where the gRPC server listens
/// @param database the service's access to PostgreSQL
/// @param meshKeys keys of caller tokens, the signing one first
/// @param pollInterval pause of background work when there is none; zero turns background work off
/// @param upstreams the services that journeys ask
public record JourneysConfig(
    RpcServer.Binding binding,
    DatabaseConfig database,
    List<byte[]> meshKeys,
    Duration pollInterval,
    Upstreams upstreams) {

  /// gRPC targets, as `sextant.kit.mesh.Channels` understands them.
  ///
  /// @param metrics the metrics-service: events and metric values
  /// @param segments the segment-service: attributes and membership
  /// @param decisions any implementation of `sextant.decisions.v1.DecisionService`
  public record Upstreams(String metrics, String segments, String decisions) {}

  /// The service's own schema.
  static final String SCHEMA = "journeys";

  /// The login role that the migrations grant everything in the schema to.
  public static final String ROLE = "sextant_journeys";

  /// Roles that the migrations grant something to.
  static final List<String> GRANTED_ROLES = List.of(ROLE);

  /// Reads the environment; fails with every missing or malformed variable at once.
  public static JourneysConfig from(Env env) {
    JourneysConfig config =
        new JourneysConfig(
            RpcServer.Binding.from(env, "JOURNEYS", 9103),
            new DatabaseConfig(
                env.text("SEXTANT_DATABASE_URL", "jdbc:postgresql://localhost:5432/sextant"),
                ROLE,
                env.text("SEXTANT_JOURNEYS_DATABASE_PASSWORD", ""),
                env.text("SEXTANT_DATABASE_OWNER", ""),
                env.text("SEXTANT_DATABASE_OWNER_PASSWORD", ""),
                env.integer("SEXTANT_JOURNEYS_DATABASE_POOL", 16, 4, 500)),
            CallerTokens.keys(env),
            env.duration("SEXTANT_JOURNEYS_POLL_INTERVAL", Duration.ofMillis(200)),
            new Upstreams(
                env.text("SEXTANT_METRICS_TARGET", "localhost:9101"),
                env.text("SEXTANT_SEGMENTS_TARGET", "localhost:9102"),
                env.text("SEXTANT_DECISIONS_TARGET", "localhost:9104")));
    env.check();
    return config;
  }
}
