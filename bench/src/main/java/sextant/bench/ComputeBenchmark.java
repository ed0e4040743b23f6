package sextant.bench;

import io.grpc.ManagedChannel;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import sextant.kit.rpc.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;

/// P4: a batch computation over all customers, and one after 1 % of them changed, against the
/// statement that one would write by hand. Ten million interactions of a million customers.
final class ComputeBenchmark implements Benchmark {

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

  private static final String BASELINE =
      """
      insert into baseline.metric_value
        (tenant_id, customer_id, metric_id, epoch, dimension_1, dimension_2, value)
      select tenant_id, customer_id, '00000000-0000-7000-8000-000000000000', 1, '', '', sum(value)
      from metrics.interaction
      where tenant_id = 'bench' and type = 'purchase' and superseded_at is null
        and value is not null and occurred_at <= now()
        and occurred_at >= now() - interval '300 days'
      group by tenant_id, customer_id
      on conflict (tenant_id, customer_id, metric_id, epoch, dimension_1, dimension_2)
        do update set value = excluded.value
      """;

  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private Database database;
  private MetricsServer server;
  private MetricsServiceBlockingStub metrics;
  private int customers;
  private String metricId;

  @Override
  public void measure(Run run) throws Exception {
    InstantSource time = () -> Instant.now().plus(ahead.get());
    try (Database started = Database.start();
        MetricsServer metricsServer =
            MetricsServer.start(
                new MetricsConfig(
                    new RpcServer.Binding("127.0.0.1", 0, "compute"),
                    started.config(MetricsConfig.ROLE),
                    List.of(Callers.MESH_KEY),
                    Duration.ZERO),
                time)) {
      database = started;
      server = metricsServer;
      ManagedChannel channel = Channels.open("inprocess:compute");
      metrics = Callers.as(MetricsServiceGrpc.newBlockingStub(channel), time);
      prepare(run);
      compare(run);
      channel.shutdownNow();
    }
  }

  private void prepare(Run run) throws SQLException {
    int rows = run.size(10_000_000, 1_000);
    customers = rows / 10;
    System.out.printf("%,d interactions of %,d customers%n", rows, customers);
    database.execute(INSERT.formatted(customers, 24, rows));
    database.execute("insert into metrics.interaction_type values ('bench', 'purchase')");
    database.execute("create schema baseline");
    database.execute(
        "create table baseline.metric_value (like metrics.metric_value including all)");
    database.execute("vacuum analyze metrics.interaction");
    // The same memory for the hand-written statement as the service gives itself.
    database.execute("set work_mem = '128MB'");
    metricId =
        metrics
            .createMetric(
                CreateMetricRequest.newBuilder()
                    .setName("spent")
                    .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
                    .setSourceField("purchase")
                    .setWindowDays(300)
                    .build())
            .getId();
  }

  private void compare(Run run) throws Exception {
    run.compare("first computation", "ms")
        .variant("by hand, into an empty table", () -> byHand(true))
        .atMost(1.10, "the service", () -> byService(true))
        .run();
    database.execute("vacuum analyze");
    run.compare("computation again", "ms")
        .variant("by hand", () -> byHand(false))
        .atMost(1.10, "the service", () -> byService(false))
        .run();
    run.compare("computation after 1 percent changed", "ms")
        .variant("by hand, all", () -> byHand(false))
        .atMost(0.10, "the service's schedule", this::refresh)
        .run();
  }

  private double byHand(boolean empty) throws SQLException {
    if (empty) {
      database.execute("truncate baseline.metric_value");
    }
    return milliseconds(() -> database.execute(BASELINE));
  }

  private double byService(boolean empty) throws SQLException {
    if (empty) {
      database.execute("truncate metrics.metric_value");
      database.execute("update metrics.metric set value_count = 0");
    }
    return milliseconds(
        () -> metrics.computeMetric(ComputeMetricRequest.newBuilder().setId(metricId).build()));
  }

  private double refresh() throws SQLException {
    database.execute(INSERT.formatted(customers, 0, customers / 100));
    ahead.updateAndGet(before -> before.plus(Duration.ofHours(1)));
    return milliseconds(server::drain);
  }

  private interface Work {
    void run() throws SQLException;
  }

  private static double milliseconds(Work work) throws SQLException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
