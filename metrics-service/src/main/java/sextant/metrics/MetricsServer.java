package sextant.metrics;

import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;
import sextant.kit.db.Database;
import sextant.kit.db.Migration;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;

/// The wiring of the metrics-service: the same for production, tests and the standalone mesh.
public final class MetricsServer implements AutoCloseable {

  private final Database database;
  private final RpcServer rpc;

  private MetricsServer(Database database, RpcServer rpc) {
    this.database = database;
    this.rpc = rpc;
  }

  /// Migrates the schema, then serves.
  public static MetricsServer start(MetricsConfig config, InstantSource time) {
    Migration.run(
        config.database(),
        MetricsConfig.SCHEMA,
        "classpath:db/metrics",
        MetricsConfig.GRANTED_ROLES);
    Database database = Database.open(config.database(), "metrics");
    List<BindableService> services = List.of();
    RpcServer rpc =
        RpcServer.start(config.binding(), new CallerTokens(config.meshKeys(), time), services);
    return new MetricsServer(database, rpc);
  }

  /// The TCP port.
  public int port() {
    return rpc.port();
  }

  /// Lets running calls finish, then lets go of the database.
  @Override
  public void close() {
    rpc.close();
    database.close();
  }
}
