package sextant.metrics;

import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;
import sextant.kit.db.Database;
import sextant.kit.db.Migration;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.compute.BatchCompute;
import sextant.metrics.definition.MetricRepository;
import sextant.metrics.definition.MetricsService;
import sextant.metrics.interaction.InteractionsService;
import sextant.metrics.interaction.OutcomeTypesService;

/// The wiring of the metrics-service: the same for production, tests and the standalone mesh.
public final class MetricsServer implements AutoCloseable {

  private final RpcServer rpc;
  private final InteractionsService interactions;
  private final Database database;

  private MetricsServer(RpcServer rpc, InteractionsService interactions, Database database) {
    this.rpc = rpc;
    this.interactions = interactions;
    this.database = database;
  }

  /// Migrates the schema, then serves.
  public static MetricsServer start(MetricsConfig config, InstantSource time) {
    Migration.run(
        config.database(),
        MetricsConfig.SCHEMA,
        "classpath:db/metrics",
        MetricsConfig.GRANTED_ROLES);
    Database database = Database.open(config.database(), "metrics");
    InteractionsService interactions = new InteractionsService(database, time);
    MetricRepository metrics = new MetricRepository();
    BatchCompute compute = new BatchCompute(database, metrics, time);
    List<BindableService> services =
        List.of(
            interactions,
            new OutcomeTypesService(database),
            new MetricsService(database, metrics, compute, time));
    RpcServer rpc =
        RpcServer.start(config.binding(), new CallerTokens(config.meshKeys(), time), services);
    return new MetricsServer(rpc, interactions, database);
  }

  /// The TCP port.
  public int port() {
    return rpc.port();
  }

  /// Lets running calls finish, then lets go of the database.
  @Override
  public void close() {
    rpc.close();
    interactions.close();
    database.close();
  }
}
