package sextant.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// One run of a benchmark: how large, how often, and where its figures go.
public final class Run implements AutoCloseable {

  private final double scale;
  private final int rounds;
  private final PrintStream csv;

  Run(double scale, int rounds, Path file) throws IOException {
    this.scale = scale;
    this.rounds = rounds;
    Files.createDirectories(file.toAbsolutePath().getParent());
    csv = new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
    csv.println("comparison,variant,round,figure,unit");
  }

  /// How many rows, customers or calls to use where the full size has `full`; at least `least`.
  public int size(int full, int least) {
    return (int) Math.max(least, Math.round(full * scale));
  }

  /// How long to measure where the full size takes `full`; at least a tenth of a second.
  public Duration duration(Duration full) {
    return Duration.ofMillis(Math.max(100, Math.round(full.toMillis() * Math.min(1, scale))));
  }

  int rounds() {
    return rounds;
  }

  /// A comparison of figures in `unit`, such as `rows/s`.
  Comparison compare(String name, String unit) {
    return new Comparison(name, unit, rounds, csv);
  }

  @Override
  public void close() {
    csv.close();
  }
}
