package sextant.metrics.threshold;

import java.math.BigDecimal;
import sextant.metrics.v1.ThresholdOperator;

/// An operator and what it compares with. Numbers are compared by value, whatever their scale;
/// everything else is equal or not.
record Comparison(ThresholdOperator operator, String expected, BigDecimal number) {

  /// `expected` is JSON as of [Scalar].
  static Comparison with(ThresholdOperator operator, String expected) {
    return new Comparison(operator, expected, Scalar.number(expected).orElse(null));
  }

  boolean isMetBy(String value) {
    return holds(
        number == null
            ? Math.abs(value.compareTo(expected))
            : new BigDecimal(value).compareTo(number));
  }

  /// `sign`: of the compared minus the expected value.
  boolean holds(int sign) {
    return switch (operator) {
      case THRESHOLD_OPERATOR_GREATER_THAN -> sign > 0;
      case THRESHOLD_OPERATOR_GREATER_THAN_OR_EQUALS -> sign >= 0;
      case THRESHOLD_OPERATOR_LESS_THAN -> sign < 0;
      case THRESHOLD_OPERATOR_LESS_THAN_OR_EQUALS -> sign <= 0;
      case THRESHOLD_OPERATOR_EQUALS -> sign == 0;
      case THRESHOLD_OPERATOR_NOT_EQUALS -> sign != 0;
      default -> throw new IllegalStateException("not an operator: " + operator);
    };
  }
}
