package sextant.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// Measures variants in turn (A B A B ...), so that a noisy machine disturbs all of them alike.
/// Prints the median of each and its ratio to the first, the baseline, and keeps every figure.
final class Comparison {

  private record Variant(String label, Target target, Callable<Double> measure, double[] figures) {

    double median() {
      double[] sorted = figures.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }

  /// What the ratio of the medians should be.
  private record Target(String relation, double ratio) {

    String verdict(double actual) {
      boolean met = relation.equals("<=") ? actual <= ratio : actual >= ratio;
      return String.format(
          Locale.ROOT, "target %s %.2fx: %s", relation, ratio, met ? "met" : "missed");
    }
  }

  private final String name;
  private final String unit;
  private final int rounds;
  private final PrintStream csv;
  private final List<Variant> variants = new ArrayList<>();
  private int warmUps = 1;

  Comparison(String name, String unit, int rounds, PrintStream csv) {
    this.name = name;
    this.unit = unit;
    this.rounds = rounds;
    this.csv = csv;
  }

  /// What was measured before has warmed everything up.
  Comparison warm() {
    warmUps = 0;
    return this;
  }

  /// The first is the baseline. `measure` returns one figure, such as rows per second.
  Comparison variant(String label, Callable<Double> measure) {
    return add(label, null, measure);
  }

  /// A variant that should have at most `ratio` times the baseline's figure, such as a time.
  Comparison atMost(double ratio, String label, Callable<Double> measure) {
    return add(label, new Target("<=", ratio), measure);
  }

  /// A variant that should have at least `ratio` times the baseline's figure, such as a rate.
  Comparison atLeast(double ratio, String label, Callable<Double> measure) {
    return add(label, new Target(">=", ratio), measure);
  }

  private Comparison add(String label, Target target, Callable<Double> measure) {
    variants.add(new Variant(label, target, measure, new double[rounds]));
    return this;
  }

  /// One round to warm up, then those that count.
  void run() throws Exception {
    for (int round = -warmUps; round < rounds; round++) {
      for (Variant variant : variants) {
        double figure = variant.measure().call();
        // On a console, so that a long benchmark is seen to go on.
        System.err.printf(
            Locale.ROOT,
            "%s: %s %s %s%n",
            round < 0 ? "warm-up" : "round " + (round + 1) + " of " + rounds,
            variant.label(),
            number(figure).strip(),
            unit);
        if (round >= 0) {
          variant.figures()[round] = figure;
          csv.printf(
              Locale.ROOT,
              "%s,%s,%d,%.3f,%s%n",
              name.replace(',', ' '),
              variant.label().replace(',', ' '),
              round,
              figure,
              unit);
        }
      }
    }
    System.out.printf(
        Locale.ROOT, "%n%s, median of %d round%s%n", name, rounds, rounds == 1 ? "" : "s");
    variants.forEach(this::print);
  }

  private void print(Variant variant) {
    double ratio = variant.median() / variants.getFirst().median();
    double[] figures = variant.figures();
    System.out.printf(
        Locale.ROOT,
        "  %-42s %s %s  %6.3fx  (%s .. %s)  %s%n",
        variant.label(),
        number(variant.median()),
        unit,
        ratio,
        number(Arrays.stream(figures).min().orElseThrow()).strip(),
        number(Arrays.stream(figures).max().orElseThrow()).strip(),
        variant.target() == null ? "" : variant.target().verdict(ratio));
  }

  /// Enough digits for small figures, none for large ones.
  private static String number(double figure) {
    return String.format(Locale.ROOT, figure < 100 ? "%,12.2f" : "%,12.0f", figure);
  }
}
