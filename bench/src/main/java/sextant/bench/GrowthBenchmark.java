package sextant.bench;

import java.time.InstantSource;
import sextant.metrics.v1.ComputeMode;

/// P11: ten times the interactions. Two services, each over a database of its own, the second ten
/// times as full as the first.
final class GrowthBenchmark implements Benchmark {

  private static final int BATCH = 500;
  private static final int CALLERS = 8;

  @Override
  public void measure(Run run) throws Exception {
    int rows = run.size(1_000_000, 500);
    try (LoadedMetrics small = LoadedMetrics.start(InstantSource.system());
        LoadedMetrics large = LoadedMetrics.start(InstantSource.system())) {
      String inSmall = fill(small, rows);
      String inLarge = fill(large, 10 * rows);
      run.compare("computation in full", "ms")
          .variant("%,d interactions".formatted(rows), () -> small.compute(inSmall))
          .atMost(11, "%,d interactions".formatted(10 * rows), () -> large.compute(inLarge))
          .run();
      int arriving = run.size(120, 1) * BATCH;
      run.compare("intake in batches of " + BATCH, "rows/s")
          .variant("%,d interactions there".formatted(rows), () -> intake(small, arriving))
          .atLeast(
              0.8, "%,d interactions there".formatted(10 * rows), () -> intake(large, arriving))
          .run();
    }
  }

  private static String fill(LoadedMetrics service, int rows) throws Exception {
    service.fill(rows, rows / 10, 24);
    service.database().execute("vacuum analyze metrics.interaction");
    service.spent(30, ComputeMode.COMPUTE_MODE_REALTIME);
    return service.spent(300, ComputeMode.COMPUTE_MODE_BATCH);
  }

  private static double intake(LoadedMetrics service, int rows) throws InterruptedException {
    return Arrival.rate(service.overTcp(), CALLERS, rows, BATCH);
  }
}
