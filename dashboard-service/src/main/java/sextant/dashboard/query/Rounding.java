package sextant.dashboard.query;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// Quotients as the dashboards print them: rounded half up, 0 where there is nothing to divide by.
final class Rounding {

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private Rounding() {}

  static BigDecimal ratio(BigDecimal part, BigDecimal whole, int decimals) {
    return whole.signum() == 0
        ? BigDecimal.ZERO
        : part.divide(whole, decimals, RoundingMode.HALF_UP);
  }

  static double ratio(long part, long whole, int decimals) {
    return ratio(BigDecimal.valueOf(part), BigDecimal.valueOf(whole), decimals).doubleValue();
  }

  static double mean(BigDecimal sum, long count, int decimals) {
    return ratio(sum, BigDecimal.valueOf(count), decimals).doubleValue();
  }

  /// `part` in percent of `whole`, such as "7.0".
  static String percent(BigDecimal part, BigDecimal whole) {
    return ratio(part.multiply(HUNDRED), whole, 1).setScale(1).toPlainString();
  }

  static String percent(long part, long whole) {
    return percent(BigDecimal.valueOf(part), BigDecimal.valueOf(whole));
  }

  /// A computed number with one decimal.
  static double oneDecimal(double number) {
    return BigDecimal.valueOf(number).setScale(1, RoundingMode.HALF_UP).doubleValue();
  }
}
