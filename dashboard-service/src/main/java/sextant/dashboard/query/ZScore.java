package sextant.dashboard.query;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// How many standard errors a change is away from no change; 0 when there is no variation to
/// compare it with.
final class ZScore {

  /// Finer than anybody looks, coarser than the errors of floating point: what is 2 on paper is 2.
  private static final int DECIMALS = 9;

  private ZScore() {}

  /// Of two proportions, with pooled variance.
  static double ofProportions(
      long baselineHits, long baselineTries, long currentHits, long currentTries) {
    double pooled = (double) (baselineHits + currentHits) / (baselineTries + currentTries);
    double variance = pooled * (1 - pooled) * (1.0 / baselineTries + 1.0 / currentTries);
    double difference = (double) currentHits / currentTries - (double) baselineHits / baselineTries;
    return variance > 0 ? cleaned(difference / Math.sqrt(variance)) : 0;
  }

  /// Of a mean over `days` days against days with this sum and sum of squares.
  static double ofMean(
      double difference, int days, BigDecimal sum, BigDecimal sumOfSquares, int baselineDays) {
    // Exact, so that days that are all alike have no deviation at all.
    BigDecimal spread =
        sumOfSquares.multiply(BigDecimal.valueOf(baselineDays)).subtract(sum.multiply(sum));
    if (baselineDays < 2 || spread.signum() == 0) {
      return 0;
    }
    double deviation =
        Math.sqrt(spread.doubleValue() / ((double) baselineDays * (baselineDays - 1)));
    return cleaned(difference / (deviation / Math.sqrt(days)));
  }

  private static double cleaned(double zscore) {
    return new BigDecimal(zscore).setScale(DECIMALS, RoundingMode.HALF_UP).doubleValue();
  }
}
