package sextant.metrics.threshold;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import sextant.metrics.v1.AggregationMode;
import sextant.metrics.v1.ThresholdOperator;

/// What a threshold must say about some numbers, from the words of the document: all numbers at
/// once, nothing kept.
final class ThresholdOracle {

  /// Far more digits than it takes to tell a mean of test values from any compared value.
  private static final MathContext PRECISE = new MathContext(400, RoundingMode.HALF_EVEN);

  private ThresholdOracle() {}

  /// `fired value`, as [Scene#results(String)] shows an aggregate.
  static String aggregate(
      AggregationMode mode, ThresholdOperator operator, BigDecimal expected, List<BigDecimal> all) {
    if (all.isEmpty()) {
      return "false";
    }
    List<BigDecimal> sorted = all.stream().sorted().toList();
    BigDecimal sum = all.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal value =
        switch (mode) {
          case AGGREGATION_MODE_COUNT ->
              BigDecimal.valueOf(
                  all.stream().filter(each -> meets(operator, each, expected)).count());
          case AGGREGATION_MODE_AVERAGE -> sum.divide(BigDecimal.valueOf(all.size()), PRECISE);
          case AGGREGATION_MODE_MIN -> sorted.getFirst();
          case AGGREGATION_MODE_MAX -> sorted.getLast();
          case AGGREGATION_MODE_MEDIAN -> percentile(sorted, "0.5");
          case AGGREGATION_MODE_P95 -> percentile(sorted, "0.95");
          case AGGREGATION_MODE_P99 -> percentile(sorted, "0.99");
          case AGGREGATION_MODE_SUM -> sum;
          default -> throw new IllegalArgumentException("not an aggregate: " + mode);
        };
    boolean fired =
        mode == AggregationMode.AGGREGATION_MODE_COUNT
            ? value.intValueExact() >= 2
            : meets(operator, value, expected);
    BigDecimal shown =
        mode == AggregationMode.AGGREGATION_MODE_AVERAGE
            ? value.setScale(10, RoundingMode.HALF_UP)
            : value;
    return fired + " " + shown.stripTrailingZeros().toPlainString();
  }

  static boolean meets(ThresholdOperator operator, BigDecimal value, BigDecimal expected) {
    int difference = value.subtract(expected).signum();
    return switch (operator) {
      case THRESHOLD_OPERATOR_GREATER_THAN -> difference == 1;
      case THRESHOLD_OPERATOR_GREATER_THAN_OR_EQUALS -> difference != -1;
      case THRESHOLD_OPERATOR_LESS_THAN -> difference == -1;
      case THRESHOLD_OPERATOR_LESS_THAN_OR_EQUALS -> difference != 1;
      case THRESHOLD_OPERATOR_EQUALS -> difference == 0;
      case THRESHOLD_OPERATOR_NOT_EQUALS -> difference != 0;
      default -> throw new IllegalArgumentException("not an operator: " + operator);
    };
  }

  /// The value at `share` of the way from the first to the last, on the line through neighbours.
  private static BigDecimal percentile(List<BigDecimal> sorted, String share) {
    BigDecimal place = new BigDecimal(share).multiply(BigDecimal.valueOf(sorted.size() - 1));
    BigDecimal floor = place.setScale(0, RoundingMode.FLOOR);
    BigDecimal ceiling = place.setScale(0, RoundingMode.CEILING);
    BigDecimal low = sorted.get(floor.intValueExact());
    BigDecimal high = sorted.get(ceiling.intValueExact());
    BigDecimal weight = place.subtract(floor);
    return low.multiply(BigDecimal.ONE.subtract(weight)).add(high.multiply(weight));
  }
}
