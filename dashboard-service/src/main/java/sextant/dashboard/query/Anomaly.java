package sextant.dashboard.query;

import static sextant.dashboard.v1.AnomalySeverity.ANOMALY_SEVERITY_CRITICAL;
import static sextant.dashboard.v1.AnomalySeverity.ANOMALY_SEVERITY_INFO;
import static sextant.dashboard.v1.AnomalySeverity.ANOMALY_SEVERITY_UNSPECIFIED;
import static sextant.dashboard.v1.AnomalySeverity.ANOMALY_SEVERITY_WARNING;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.Optional;
import sextant.dashboard.v1.AnomalyCandidate;
import sextant.dashboard.v1.AnomalySeverity;
import sextant.dashboard.value.Decimals;

/// A metric in two windows. Both values are quotients, kept exact until they are shown.
///
/// @param metric what is compared
/// @param dimension overall, offer or channel
/// @param key the offer or channel
/// @param baseline the value before
/// @param current the value now
/// @param zscore how many standard errors apart they are
/// @param decimals how many decimals the values are shown with
record Anomaly(
    String metric,
    String dimension,
    String key,
    Quotient baseline,
    Quotient current,
    double zscore,
    int decimals) {

  /// An exact quotient; the divisor is not 0.
  record Quotient(BigDecimal dividend, BigDecimal divisor) {

    static Quotient of(long dividend, long divisor) {
      return new Quotient(BigDecimal.valueOf(dividend), BigDecimal.valueOf(divisor));
    }

    BigDecimal minus(Quotient other) {
      return dividend
          .multiply(other.divisor)
          .subtract(other.dividend.multiply(divisor))
          .divide(divisor.multiply(other.divisor), MathContext.DECIMAL128);
    }

    String shown(int decimals) {
      return Decimals.format(dividend.divide(divisor, decimals, RoundingMode.HALF_UP));
    }
  }

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /// Severest first, then by |zscore|, then by metric and key.
  static final Comparator<Anomaly> ORDER =
      Comparator.comparing(Anomaly::severity, Comparator.reverseOrder())
          .thenComparing(anomaly -> Math.abs(anomaly.zscore), Comparator.reverseOrder())
          .thenComparing(Anomaly::metric)
          .thenComparing(Anomaly::key);

  /// The change in percent of the baseline; empty when that is 0.
  Optional<BigDecimal> deltaPercent() {
    BigDecimal before = baseline.dividend().multiply(current.divisor());
    BigDecimal after = current.dividend().multiply(baseline.divisor());
    return before.signum() == 0
        ? Optional.empty()
        : Optional.of(
            after.subtract(before).multiply(HUNDRED).divide(before, MathContext.DECIMAL128));
  }

  /// Unspecified: not worth telling.
  AnomalySeverity severity() {
    if (reaches(4, 50)) {
      return ANOMALY_SEVERITY_CRITICAL;
    }
    if (reaches(3, 30)) {
      return ANOMALY_SEVERITY_WARNING;
    }
    return reaches(2, 15) ? ANOMALY_SEVERITY_INFO : ANOMALY_SEVERITY_UNSPECIFIED;
  }

  private boolean reaches(double leastZscore, long leastPercent) {
    return Math.abs(zscore) >= leastZscore
        || deltaPercent()
            .filter(percent -> percent.abs().compareTo(BigDecimal.valueOf(leastPercent)) >= 0)
            .isPresent();
  }

  AnomalyCandidate toMessage(String name) {
    AnomalyCandidate.Builder message =
        AnomalyCandidate.newBuilder()
            .setMetric(metric)
            .setDimension(dimension)
            .setDimensionKey(key)
            .setDimensionName(name)
            .setBaseline(baseline.shown(decimals))
            .setCurrent(current.shown(decimals))
            .setZscore(Rounding.oneDecimal(zscore))
            .setSeverity(severity());
    deltaPercent()
        .map(percent -> percent.setScale(1, RoundingMode.HALF_UP).doubleValue())
        .ifPresent(message::setDeltaPct);
    return message.build();
  }
}
