package sextant.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/// Measures variants in turn (A B A B ...), so that a noisy machine disturbs all of them alike.
/// Prints the median of each and its ratio to the first, the baseline, and keeps every figure in
/// `target/bench/NAME.csv`.
final class Comparison {

  private final String name;
  private final String unit;
  private final Map<String, Callable<Double>> variants = new LinkedHashMap<>();

  Comparison(String name, String unit) {
    this.name = name;
    this.unit = unit;
  }

  /// `measure` returns one figure, such as rows per second.
  Comparison variant(String label, Callable<Double> measure) {
    variants.put(label, measure);
    return this;
  }

  /// One round to warm up, then `rounds` that count.
  void run(int rounds) throws Exception {
    Map<String, double[]> figures = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (Map.Entry<String, Callable<Double>> variant : variants.entrySet()) {
        double figure = variant.getValue().call();
        if (round >= 0) {
          figures.computeIfAbsent(variant.getKey(), _ -> new double[rounds])[round] = figure;
        }
      }
    }
    System.out.printf(Locale.ROOT, "%n%s, median of %d rounds%n", name, rounds);
    double baseline = median(figures.values().iterator().next());
    figures.forEach(
        (label, values) ->
            System.out.printf(
                Locale.ROOT,
                "%-46s %,12.0f %s  %5.2fx  (%,.0f .. %,.0f)%n",
                label,
                median(values),
                unit,
                median(values) / baseline,
                Arrays.stream(values).min().orElseThrow(),
                Arrays.stream(values).max().orElseThrow()));
    keep(figures);
  }

  private void keep(Map<String, double[]> figures) throws IOException {
    List<String> lines = new ArrayList<>(List.of("variant,round," + unit));
    figures.forEach(
        (label, values) -> {
          for (int round = 0; round < values.length; round++) {
            lines.add("%s,%d,%.1f".formatted(label.replace(',', ' '), round, values[round]));
          }
        });
    Path file = Path.of("target", "bench", name.replace(' ', '-') + ".csv");
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
    System.out.println("figures kept in " + file.toAbsolutePath());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
