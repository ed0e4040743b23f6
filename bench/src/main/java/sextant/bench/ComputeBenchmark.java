package sextant.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import sextant.metrics.v1.ComputeMode;

/// P4: a batch computation over all customers, and one after 1 % of them changed, against the
/// statement that one would write by hand. Ten million interactions of a million customers.
final class ComputeBenchmark implements Benchmark {

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
  private LoadedMetrics service;
  private Database database;
  private int customers;
  private String metricId;

  @Override
  public void measure(Run run) throws Exception {
    try (LoadedMetrics started = LoadedMetrics.start(() -> Instant.now().plus(ahead.get()))) {
      service = started;
      database = started.database();
      prepare(run);
      compare(run);
    }
  }

  private void prepare(Run run) throws SQLException {
    int rows = run.size(10_000_000, 1_000);
    customers = rows / 10;
    System.out.printf("%,d interactions of %,d customers%n", rows, customers);
    service.fill(rows, customers, 24);
    database.execute("create schema baseline");
    database.execute(
        "create table baseline.metric_value (like metrics.metric_value including all)");
    database.execute("vacuum analyze metrics.interaction");
    // The same memory for the hand-written statement as the service gives itself.
    database.execute("set work_mem = '128MB'");
    metricId = service.spent(300, ComputeMode.COMPUTE_MODE_BATCH);
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
    long start = System.nanoTime();
    database.execute(BASELINE);
    return (System.nanoTime() - start) / 1e6;
  }

  private double byService(boolean empty) throws SQLException {
    if (empty) {
      database.execute("truncate metrics.metric_value");
      database.execute("update metrics.metric set value_count = 0");
    }
    return service.compute(metricId);
  }

  private double refresh() throws SQLException {
    service.fill(customers / 100, customers, 0);
    ahead.updateAndGet(before -> before.plus(Duration.ofHours(1)));
    long start = System.nanoTime();
    service.drain();
    return (System.nanoTime() - start) / 1e6;
  }
}
