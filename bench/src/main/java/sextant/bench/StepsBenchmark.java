package sextant.bench;

import java.time.Duration;
import java.time.InstantSource;

/// P7: journey steps per second, from enrolling to the last delivery, with history, counts and the
/// outbox written, against pgbench's simple updates. A hundred thousand customers take eight steps
/// each, with two waits and two deliveries on the way.
final class StepsBenchmark implements Benchmark {

  private static final int CLIENTS = 16;
  private static final int ENROLLERS = 2;
  private static final String FLOW =
      """
      {"nodes": [
         {"id": "in", "type": "entry_trigger"},
         {"id": "pause", "type": "wait", "config": {"duration": 1, "unit": "seconds"}},
         {"id": "plan", "type": "condition_split", "config": {"field": "plan", "operator": "eq", "value": "pro"}},
         {"id": "first", "type": "channel_action", "config": {"channel": "log"}},
         {"id": "rest", "type": "wait", "config": {"duration": 1, "unit": "seconds"}},
         {"id": "again", "type": "condition_split", "config": {"field": "plan", "operator": "is_null"}},
         {"id": "second", "type": "channel_action", "config": {"channel": "log"}},
         {"id": "out", "type": "exit"}],
       "edges": [
         {"source": "in", "target": "pause"},
         {"source": "pause", "target": "plan"},
         {"source": "plan", "target": "out", "label": "true"},
         {"source": "plan", "target": "first", "label": "false"},
         {"source": "first", "target": "rest"},
         {"source": "rest", "target": "again"},
         {"source": "again", "target": "second", "label": "true"},
         {"source": "again", "target": "out", "label": "false"},
         {"source": "second", "target": "out"}]}
      """;

  @Override
  public void measure(Run run) throws Exception {
    int customers = run.size(100, 1) * JourneyMesh.BATCH;
    Duration baseline = run.duration(Duration.ofSeconds(30));
    try (Database database = Database.start()) {
      database.initializePgbench(10);
      try (JourneyMesh mesh =
          new JourneyMesh(database, Duration.ofMillis(200), InstantSource.system())) {
        run.compare("journey steps, target >= 10,000", "/s")
            .variant(
                "pgbench -N, transactions of 16 clients",
                () ->
                    database.pgbench(
                        CLIENTS, "-N", "-T", String.valueOf(Math.max(1, baseline.toSeconds()))))
            .atLeast(2.5, "steps, enrolling and sending included", () -> steps(mesh, customers))
            .run();
      }
    }
  }

  private static double steps(JourneyMesh mesh, int customers) throws Exception {
    mesh.clear();
    String journey = mesh.running(FLOW);
    long start = System.nanoTime();
    Callers.rate(
        ENROLLERS,
        customers / JourneyMesh.BATCH,
        call ->
            mesh.journeys()
                .enrollCustomers(JourneyMesh.enrollment(journey, call * JourneyMesh.BATCH)));
    mesh.awaitNone(JourneyMesh.INSIDE);
    mesh.awaitNone(
        "select count(*) from (select from journeys.delivery where state = 'pending' limit 1) d");
    double seconds = (System.nanoTime() - start) / 1e9;
    return mesh.number("select count(*) from journeys.step") / seconds;
  }
}
