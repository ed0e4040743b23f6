package sextant.bench;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/// P8: enrolling a thousand customers in one call, and many calls in a row, against an insert of as
/// many rows into the same table with the same indexes. Nobody moves meanwhile.
final class EnrollBenchmark implements Benchmark {

  private static final int CALLERS = 4;
  private static final String FLOW =
      """
      {"nodes": [
         {"id": "in", "type": "entry_trigger"},
         {"id": "out", "type": "exit"}],
       "edges": [{"source": "in", "target": "out"}]}
      """;
  private static final String BASELINE =
      """
      insert into baseline.enrollment
        (tenant_id, customer_id, journey_id, entry, enrollment_id, version, bucket, state, node_id,
         node_since, step_no, due_at, attempts, revision, entered_at, expires_at)
      select 'bench', 'customer-' || n, '%s', 1, gen_random_uuid(), 1, n %% 64, 'active', 'in',
             now(), 0, now(), 0, 0, now(), now() + interval '30 days'
      from generate_series(%d, %d) as n
      on conflict do nothing
      """;

  private Database database;
  private JourneyMesh mesh;
  private int calls;

  @Override
  public void measure(Run run) throws Exception {
    calls = run.size(200, 5);
    try (Database started = Database.start();
        JourneyMesh opened = new JourneyMesh(started, Duration.ZERO, InstantSource.system())) {
      database = started;
      mesh = opened;
      database.execute("create schema baseline");
      database.execute("create table baseline.enrollment (like journeys.enrollment including all)");
      List<Double> latencies = new CopyOnWriteArrayList<>();
      run.compare("enrolling " + calls * JourneyMesh.BATCH + " customers", "rows/s")
          .variant("INSERT ... ON CONFLICT, one statement", this::byHand)
          .atLeast(0.4, "calls of 1,000, 4 callers", () -> enroll(CALLERS, latencies))
          .run();
      latencies.clear();
      run.compare("enrolling 1,000 in one call after the other", "rows/s")
          .variant("INSERT ... ON CONFLICT of 1,000", this::byHandInCalls)
          .variant("calls of 1,000, 1 caller", () -> enroll(1, latencies))
          .run();
      double p99 = JourneyMesh.percentile(latencies, 0.99);
      System.out.printf(
          Locale.ROOT,
          "%n%,d calls of 1,000: p50 %.1f ms, p99 %.1f ms, target <= 150 ms: %s%n",
          latencies.size(),
          JourneyMesh.percentile(latencies, 0.5),
          p99,
          p99 <= 150 ? "met" : "missed");
    }
  }

  private double byHand() throws Exception {
    database.execute("truncate baseline.enrollment");
    long start = System.nanoTime();
    database.execute(BASELINE.formatted(UUID.randomUUID(), 1, calls * JourneyMesh.BATCH));
    return calls * JourneyMesh.BATCH / seconds(start);
  }

  private double byHandInCalls() throws Exception {
    database.execute("truncate baseline.enrollment");
    UUID journey = UUID.randomUUID();
    long start = System.nanoTime();
    for (int from = 1; from <= calls * JourneyMesh.BATCH; from += JourneyMesh.BATCH) {
      database.execute(BASELINE.formatted(journey, from, from + JourneyMesh.BATCH - 1));
    }
    return calls * JourneyMesh.BATCH / seconds(start);
  }

  private double enroll(int callers, List<Double> latencies) throws Exception {
    mesh.clear();
    String journey = mesh.running(FLOW);
    return JourneyMesh.BATCH
        * Callers.rate(
            callers,
            calls,
            call -> {
              var request = JourneyMesh.enrollment(journey, call * JourneyMesh.BATCH);
              long start = System.nanoTime();
              mesh.journeys().enrollCustomers(request);
              latencies.add(seconds(start) * 1e3);
            });
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
