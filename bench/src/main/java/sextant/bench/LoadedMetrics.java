package sextant.bench;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;

/// A metrics-service over a database of its own, which can be filled quickly.
final class LoadedMetrics implements AutoCloseable {

  /// Ids of a day ago, in the order of arrival; ids of now with `age` zero.
  private static final String INSERT =
      """
      insert into metrics.interaction
        (tenant_id, customer_id, occurred_at, interaction_id, recorded_at, type, direction,
         is_impression, is_positive, is_negative, is_conversion, value)
      select 'bench', 'customer-' || (n * 7919 %% %1$d),
             now() - interval '%2$d hours' - (n %% 2000000) * interval '1 second',
             (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint - %2$d * 3600000), 12, '0')
               || '7' || lpad(to_hex(n %% 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid,
             now() - interval '%2$d hours', case when n %% 5 = 0 then 'click' else 'purchase' end,
             'inbound', false, true, false, n %% 5 > 0, (n %% 10000)::numeric / 100
      from generate_series(1, %3$d::bigint) as n
      """;

  private final Database database;
  private final MetricsServer server;
  private final ManagedChannel near;
  private final ManagedChannel tcp;
  private final InstantSource time;

  private LoadedMetrics(Database database, InstantSource time) {
    String name = "metrics-" + UUID.randomUUID();
    this.database = database;
    this.time = time;
    this.server =
        MetricsServer.start(
            new MetricsConfig(
                new RpcServer.Binding("127.0.0.1", 0, name),
                database.config(MetricsConfig.ROLE),
                List.of(Callers.MESH_KEY),
                Duration.ZERO),
            time);
    this.near = Channels.open("inprocess:" + name);
    this.tcp = Channels.open("127.0.0.1:" + server.port());
  }

  static LoadedMetrics start(InstantSource time) throws IOException, SQLException {
    return new LoadedMetrics(Database.start(), time);
  }

  Database database() {
    return database;
  }

  /// Does all background work that is due.
  void drain() {
    server.drain();
  }

  MetricsServiceBlockingStub metrics() {
    return Callers.as(MetricsServiceGrpc.newBlockingStub(near), time);
  }

  InteractionsServiceBlockingStub inProcess() {
    return Callers.as(InteractionsServiceGrpc.newBlockingStub(near), time);
  }

  InteractionsServiceBlockingStub overTcp() {
    return Callers.as(InteractionsServiceGrpc.newBlockingStub(tcp), time);
  }

  /// Stores interactions that arrived `hoursAgo`, four purchases to a click, of as many customers.
  void fill(int rows, int customers, int hoursAgo) throws SQLException {
    database.execute(INSERT.formatted(customers, hoursAgo, rows));
    database.execute(
        "insert into metrics.interaction_type values ('bench', 'purchase') on conflict do nothing");
  }

  /// A metric of what customers spent; its id.
  String spent(int windowDays, ComputeMode mode) {
    return metrics()
        .createMetric(
            CreateMetricRequest.newBuilder()
                .setName("spent " + UUID.randomUUID())
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
                .setSourceField("purchase")
                .setWindowDays(windowDays)
                .setComputeMode(mode)
                .build())
        .getId();
  }

  /// Milliseconds that computing a metric takes.
  double compute(String metricId) {
    long start = System.nanoTime();
    metrics().computeMetric(ComputeMetricRequest.newBuilder().setId(metricId).build());
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() throws IOException, SQLException {
    near.shutdownNow();
    tcp.shutdownNow();
    server.close();
    database.close();
  }
}
