package sextant.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import sextant.kit.schedule.Poller;

/// The service's background work, each kind on a thread of its own. Every kind is safe to run in
/// any number of replicas at once.
final class Background implements AutoCloseable {

  private final List<IntSupplier> work;
  private final List<Poller> pollers;

  private Background(List<IntSupplier> work, List<Poller> pollers) {
    this.work = work;
    this.pollers = pollers;
  }

  /// `work`: what to repeat, by name. A pause of zero starts no threads.
  static Background start(Duration pause, Map<String, IntSupplier> work) {
    List<Poller> pollers =
        pause.isZero()
            ? List.of()
            : work.entrySet().stream()
                .map(entry -> Poller.start(entry.getKey(), pause, entry.getValue()))
                .toList();
    return new Background(List.copyOf(work.values()), pollers);
  }

  /// Runs everything until there is nothing left to do.
  void drain() {
    for (boolean busy = true; busy; ) {
      busy = false;
      for (IntSupplier each : work) {
        busy |= each.getAsInt() > 0;
      }
    }
  }

  @Override
  public void close() {
    pollers.forEach(Poller::close);
  }
}
