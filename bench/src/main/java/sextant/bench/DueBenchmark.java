package sextant.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/// P9: a hundred thousand waits that end at the same instant, and as many that begin and end evenly
/// over a minute. There is no baseline: the targets are seconds. The second takes a minute a round.
final class DueBenchmark implements Benchmark {

  private static final int ENROLLERS = 2;
  private static final Duration NIGHT = Duration.ofHours(8);
  private static final int PAUSE_SECONDS = 5;
  private static final String FLOW =
      """
      {"nodes": [
         {"id": "in", "type": "entry_trigger"},
         {"id": "wait", "type": "wait", "config": {"duration": %d, "unit": "%s"}},
         {"id": "out", "type": "exit"}],
       "edges": [{"source": "in", "target": "wait"}, {"source": "wait", "target": "out"}]}
      """;
  private static final String ON_THE_WAY_TO_WAIT =
      "select sum(entered) - coalesce(sum(reached) filter (where node_id = 'wait'), 0)"
          + " from journeys.node_count";

  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
  private JourneyMesh mesh;
  private int calls;

  @Override
  public void measure(Run run) throws Exception {
    calls = run.size(100, 1);
    Duration minute = run.duration(Duration.ofMinutes(1));
    InstantSource time = () -> Instant.now().plus(ahead.get());
    try (Database database = Database.start();
        JourneyMesh opened = new JourneyMesh(database, Duration.ofMillis(200), time)) {
      mesh = opened;
      run.compare("%,d due at once, target <= 10 s".formatted(calls * JourneyMesh.BATCH), "s")
          .variant("until the last one has moved", this::atOnce)
          .run();
      run.compare("lateness over " + minute + ", target < 1 s", "s")
          .warm()
          .variant("p99, until it is committed", () -> lateness(minute))
          .run();
    }
  }

  private double atOnce() throws Exception {
    mesh.clear();
    String journey = mesh.running(FLOW.formatted(NIGHT.toHours(), "hours"));
    enroll(journey, Duration.ZERO);
    mesh.awaitNone(ON_THE_WAY_TO_WAIT);
    long start = System.nanoTime();
    ahead.updateAndGet(before -> before.plus(NIGHT));
    mesh.awaitNone(JourneyMesh.INSIDE);
    return (System.nanoTime() - start) / 1e9;
  }

  /// Customers enter evenly, and leave as evenly.
  private double lateness(Duration minute) throws Exception {
    mesh.clear();
    String journey = mesh.running(FLOW.formatted(PAUSE_SECONDS, "seconds"));
    enroll(journey, minute);
    mesh.awaitNone(JourneyMesh.INSIDE);
    return mesh.number(
        String.format(
            Locale.ROOT,
            """
            select percentile_disc(0.99) within group (order by
              extract(epoch from pg_xact_commit_timestamp(xmin) + interval '%d milliseconds'
                - (reached_at + interval '%d seconds')))
            from journeys.step where node_id = 'wait'
            """,
            ahead.get().toMillis(),
            PAUSE_SECONDS));
  }

  private void enroll(String journey, Duration during) throws InterruptedException {
    long start = System.nanoTime();
    Callers.rate(
        during.isZero() ? ENROLLERS : 1,
        calls,
        call -> {
          awaitTurn(start + during.toNanos() / calls * call);
          mesh.journeys()
              .enrollCustomers(JourneyMesh.enrollment(journey, call * JourneyMesh.BATCH));
        });
  }

  private static void awaitTurn(long nanos) {
    try {
      Thread.sleep(Math.max(0, (nanos - System.nanoTime()) / 1_000_000));
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
