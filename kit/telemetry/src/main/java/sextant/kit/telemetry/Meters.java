package sextant.kit.telemetry;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/// Timers of one name, one per combination of tags, made when first needed and found again by a
/// cheap key: looking a timer up by its tags costs more than using it.
///
/// @param <K> what tells them apart
public final class Meters<K> {

  /// Upper bounds of the histogram's buckets: from a cached answer to the longest request.
  private static final Duration[] BUCKETS =
      DoubleStream.of(1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
          .mapToObj(millis -> Duration.ofNanos((long) (millis * 1_000_000)))
          .toArray(Duration[]::new);

  private final String name;
  private final String description;
  private final Function<K, Tags> tags;
  private final Map<K, Timer> timers = new ConcurrentHashMap<>();

  public Meters(String name, String description, Function<K, Tags> tags) {
    this.name = name;
    this.description = description;
    this.tags = tags;
  }

  /// Counts one piece of work and how long it took.
  public void record(K key, long nanos) {
    timers.computeIfAbsent(key, this::timer).record(Duration.ofNanos(nanos));
  }

  private Timer timer(K key) {
    return Timer.builder(name)
        .description(description)
        .tags(tags.apply(key))
        .serviceLevelObjectives(BUCKETS)
        .register(Metrics.globalRegistry);
  }
}
