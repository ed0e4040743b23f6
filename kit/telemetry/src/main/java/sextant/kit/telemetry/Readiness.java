package sextant.kit.telemetry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// What must be well for this process to serve: its parts say so by themselves.
public final class Readiness {

  private static final int PATIENCE_SECONDS = 2;
  private static final List<Watch> WATCHES = new CopyOnWriteArrayList<>();

  private Readiness() {}

  /// One part, until it is closed.
  public static final class Watch implements AutoCloseable {

    private final String name;
    private final BooleanSupplier isWell;

    private Watch(String name, BooleanSupplier isWell) {
      this.name = name;
      this.isWell = isWell;
    }

    @Override
    public void close() {
      WATCHES.remove(this);
    }
  }

  /// `isWell` may block; what takes longer than two seconds is not well.
  public static Watch watch(String name, BooleanSupplier isWell) {
    Watch watch = new Watch(name, isWell);
    WATCHES.add(watch);
    return watch;
  }

  /// Asks all parts at once; by name, whether they are well.
  static Map<String, Boolean> ask() {
    Map<Watch, CompletableFuture<Boolean>> answers = new LinkedHashMap<>();
    for (Watch watch : WATCHES) {
      answers.put(
          watch,
          CompletableFuture.supplyAsync(
                  watch.isWell::getAsBoolean, task -> Thread.ofVirtual().start(task))
              .completeOnTimeout(false, PATIENCE_SECONDS, TimeUnit.SECONDS)
              .exceptionally(_ -> false));
    }
    Map<String, Boolean> wellByName = new TreeMap<>();
    answers.forEach(
        (watch, well) -> wellByName.merge(watch.name, well.join(), Boolean::logicalAnd));
    return wellByName;
  }
}
