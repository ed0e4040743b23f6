package sextant.gateway.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Predicate;

/// `Number::toString` of ECMAScript, worked out by trying: the decimal with the fewest digits that
/// reads back as the number, and of those the nearest, the even one of two. Slow, and independent
/// of how Java prints.
final class JavaScriptNumber {
  private JavaScriptNumber() {}

  static String of(double value) {
    return of(new BigDecimal(value), digits -> digits.doubleValue() == value);
  }

  static String of(float value) {
    return of(new BigDecimal(value), digits -> digits.floatValue() == value);
  }

  private static String of(BigDecimal exact, Predicate<BigDecimal> readsBack) {
    if (exact.signum() == 0) {
      return "0";
    }
    if (exact.signum() < 0) {
      return "-" + of(exact.negate(), digits -> readsBack.test(digits.negate()));
    }
    for (int precision = 1; ; precision++) {
      BigDecimal below = exact.round(new MathContext(precision, RoundingMode.FLOOR));
      BigDecimal above = exact.round(new MathContext(precision, RoundingMode.CEILING));
      boolean low = below.signum() > 0 && readsBack.test(below);
      boolean high = readsBack.test(above);
      int nearer = exact.subtract(below).compareTo(above.subtract(exact));
      boolean even = !below.unscaledValue().testBit(0);
      if (low && (!high || nearer < 0 || nearer == 0 && even)) {
        return arrange(below.stripTrailingZeros());
      }
      if (high) {
        return arrange(above.stripTrailingZeros());
      }
    }
  }

  /// `n` and `k` are those of the standard.
  private static String arrange(BigDecimal decimal) {
    String digits = decimal.unscaledValue().toString();
    int k = digits.length();
    int n = k - decimal.scale();
    if (n > 21 || n <= -6) {
      String fraction = k == 1 ? "" : "." + digits.substring(1);
      return digits.charAt(0) + fraction + "e" + (n > 0 ? "+" : "-") + Math.abs(n - 1);
    }
    return decimal.toPlainString();
  }
}
