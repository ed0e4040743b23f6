package sextant.bench;

import io.grpc.ManagedChannel;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import sextant.access.v1.Role;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;

/// P4: a batch computation over all customers, and one after 1 % of them changed, against the
/// statement that one would write by hand. `-Drows=1000000` for a quick run.
public final class ComputeBenchmark {

  private static final String TENANT = "bench";
  private static final byte[] MESH_KEY =
      "a mesh key for benchmarks".getBytes(StandardCharsets.UTF_8);
  private static final long ROWS = Long.getLong("rows", 10_000_000);
  private static final long CUSTOMERS = ROWS / 10;
  private static final int ROUNDS = Integer.getInteger("rounds", 5);

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

  private final Connection owner;
  private final MetricsServer server;
  private final MetricsServiceBlockingStub metrics;
  private final AtomicReference<Duration> ahead;
  private String metricId;

  private ComputeBenchmark(
      Connection owner,
      MetricsServer server,
      MetricsServiceBlockingStub metrics,
      AtomicReference<Duration> ahead) {
    this.owner = owner;
    this.server = server;
    this.metrics = metrics;
    this.ahead = ahead;
  }

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("shared_buffers", "1GB")
            .setServerConfig("max_wal_size", "8GB")
            .start()) {
      String jdbcUrl = postgres.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
      MetricsConfig config =
          new MetricsConfig(
              new RpcServer.Binding("127.0.0.1", 0, "compute"),
              new DatabaseConfig(jdbcUrl, MetricsConfig.ROLE, "", "postgres", "", 16),
              List.of(MESH_KEY),
              Duration.ZERO);
      AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
      InstantSource time = () -> Instant.now().plus(ahead.get());
      try (MetricsServer server = MetricsServer.start(config, time);
          Connection owner = DriverManager.getConnection(jdbcUrl, "postgres", "")) {
        ManagedChannel channel = Channels.open("inprocess:compute");
        MetricsServiceBlockingStub metrics =
            MetricsServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(
                    new CallerTokens(List.of(MESH_KEY), time)
                        .credentials(new Caller(TENANT, Role.ROLE_SERVICE, "bench", "bench")));
        new ComputeBenchmark(owner, server, metrics, ahead).run();
        channel.shutdownNow();
      }
    }
  }

  private void run() throws Exception {
    System.out.printf("%,d interactions of %,d customers%n", ROWS, CUSTOMERS);
    execute(INSERT.formatted(CUSTOMERS, 24, ROWS));
    execute("insert into metrics.interaction_type values ('bench', 'purchase')");
    execute("create schema baseline");
    execute("create table baseline.metric_value (like metrics.metric_value including all)");
    execute("vacuum analyze metrics.interaction");
    // The same memory for the hand-written statement as the service gives itself.
    execute("set work_mem = '128MB'");
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
    new Comparison("first computation", "ms")
        .variant("by hand, into an empty table", () -> byHand(true))
        .variant("the service", () -> byService(true))
        .run(ROUNDS);
    execute("vacuum analyze");
    new Comparison("computation again", "ms")
        .variant("by hand", () -> byHand(false))
        .variant("the service", () -> byService(false))
        .run(ROUNDS);
    new Comparison("computation after 1 percent changed", "ms")
        .variant("by hand, all", () -> byHand(false))
        .variant("the service's schedule", this::refresh)
        .run(ROUNDS);
  }

  private double byHand(boolean empty) throws SQLException {
    if (empty) {
      execute("truncate baseline.metric_value");
    }
    return milliseconds(() -> execute(BASELINE));
  }

  private double byService(boolean empty) throws SQLException {
    if (empty) {
      execute("truncate metrics.metric_value");
      execute("update metrics.metric set value_count = 0");
    }
    return milliseconds(
        () -> metrics.computeMetric(ComputeMetricRequest.newBuilder().setId(metricId).build()));
  }

  private double refresh() throws SQLException {
    execute(INSERT.formatted(CUSTOMERS, 0, CUSTOMERS / 100));
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

  private void execute(String sql) throws SQLException {
    try (Statement statement = owner.createStatement()) {
      statement.execute(sql);
    }
  }
}
