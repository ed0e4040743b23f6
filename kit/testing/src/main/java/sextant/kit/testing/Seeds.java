package sextant.kit.testing;

import java.util.Random;

/// Runs a property over seeded random inputs. A failure names the seed; `-Dsextant.seed=N` runs
/// just that one again.
public final class Seeds {

  /// A property that throws when it does not hold.
  @FunctionalInterface
  public interface Property {
    void check(Random random) throws Exception;
  }

  private Seeds() {}

  public static void forEach(int tries, Property property) {
    Long only = Long.getLong("sextant.seed");
    long first = only != null ? only : 1;
    long last = only != null ? only : tries;
    for (long seed = first; seed <= last; seed++) {
      try {
        property.check(new Random(seed));
      } catch (Exception | AssertionError failure) {
        throw new AssertionError("fails with -Dsextant.seed=" + seed, failure);
      }
    }
  }
}
