package sextant.kit.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Numbers that take a query to find, such as how many events wait. Read every few seconds as
/// background work of the service, never while somebody scrapes; not at all while nobody does.
public final class Gauges implements AutoCloseable {

  /// A number: dots in its name become underscores for Prometheus.
  public record Measure(String name, String description) {}

  private static final Duration INTERVAL = Duration.ofSeconds(15);

  private final Supplier<Map<String, Double>> read;
  private final InstantSource time;
  private final Map<String, Double> latest = new ConcurrentHashMap<>();
  private final List<Gauge> gauges;
  private volatile Instant next = Instant.MIN;

  /// `read` finds a value for each of `measures`, by name.
  public Gauges(List<Measure> measures, Supplier<Map<String, Double>> read, InstantSource time) {
    this.read = read;
    this.time = time;
    this.gauges =
        measures.stream()
            .map(
                measure ->
                    Gauge.builder(
                            measure.name(), latest, map -> map.getOrDefault(measure.name(), 0.0))
                        .description(measure.description())
                        .strongReference(true)
                        .register(Metrics.globalRegistry))
            .toList();
  }

  /// Reads anew when it is time. Always 0: it is never worth doing again at once.
  public int drain() {
    Instant now = time.instant();
    if (Telemetry.isOn() && !now.isBefore(next)) {
      next = now.plus(INTERVAL);
      latest.putAll(read.get());
    }
    return 0;
  }

  @Override
  public void close() {
    gauges.forEach(Metrics.globalRegistry::remove);
  }
}
