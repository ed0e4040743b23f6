package sextant.metrics.threshold;

import static sextant.metrics.jooq.Tables.DEFINITION_VALUE;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import sextant.metrics.jooq.tables.records.ThresholdRecord;

/// What an aggregate of source values comes to, and whether it meets the comparison. Exact: a mean
/// is compared without being divided.
///
/// @param value null without source values
record Measurement(BigDecimal value, boolean fired) {

  /// Digits of a mean behind the point, where it is shown.
  private static final int MEAN_SCALE = 10;

  static Measurement of(DSLContext tx, Threshold threshold) {
    ThresholdRecord row = threshold.row();
    long count = row.getMeasured();
    if (count == 0) {
      return new Measurement(null, false);
    }
    return switch (threshold.mode()) {
      case AGGREGATION_MODE_COUNT ->
          new Measurement(
              BigDecimal.valueOf(row.getMet()), row.getMet() >= row.getCountThreshold());
      case AGGREGATION_MODE_AVERAGE -> mean(threshold, BigDecimal.valueOf(count));
      case AGGREGATION_MODE_SUM -> compared(threshold, row.getTotal());
      case AGGREGATION_MODE_MIN -> compared(threshold, valueAt(tx, threshold, 0));
      case AGGREGATION_MODE_MAX -> compared(threshold, valueAt(tx, threshold, count - 1));
      case AGGREGATION_MODE_MEDIAN -> compared(threshold, percentile(tx, threshold, 50));
      case AGGREGATION_MODE_P95 -> compared(threshold, percentile(tx, threshold, 95));
      case AGGREGATION_MODE_P99 -> compared(threshold, percentile(tx, threshold, 99));
      default -> throw new IllegalStateException("not an aggregate: " + threshold.mode());
    };
  }

  private static Measurement compared(Threshold threshold, BigDecimal value) {
    Comparison comparison = threshold.comparison();
    return new Measurement(value, comparison.holds(value.compareTo(comparison.number())));
  }

  private static Measurement mean(Threshold threshold, BigDecimal count) {
    BigDecimal total = threshold.row().getTotal();
    Comparison comparison = threshold.comparison();
    return new Measurement(
        total.divide(count, MEAN_SCALE, RoundingMode.HALF_UP),
        comparison.holds(total.compareTo(comparison.number().multiply(count))));
  }

  /// By linear interpolation between the closest ranks: of n values that at p/100 * (n - 1).
  private static BigDecimal percentile(DSLContext tx, Threshold threshold, int percent) {
    long hundredths = percent * (threshold.row().getMeasured() - 1);
    long rank = hundredths / 100;
    BigDecimal fraction = BigDecimal.valueOf(hundredths % 100, 2);
    BigDecimal low = valueAt(tx, threshold, rank);
    if (fraction.signum() == 0) {
      return low;
    }
    BigDecimal high = valueAt(tx, threshold, rank + 1);
    return low.add(high.subtract(low).multiply(fraction));
  }

  /// The source value of a rank from 0. As the number of values below the compared one is known,
  /// the search starts from there or from either end, whichever is nearest; it costs as many steps
  /// in the index as values lie between.
  private static BigDecimal valueAt(DSLContext tx, Threshold threshold, long rank) {
    long count = threshold.row().getMeasured();
    long below = threshold.row().getBelow();
    BigDecimal boundary = threshold.comparison().number();
    if (rank < below) {
      return rank <= below - 1 - rank
          ? pick(tx, threshold, DSL.noCondition(), DEFINITION_VALUE.NUMBER.asc(), rank)
          : pick(
              tx,
              threshold,
              DEFINITION_VALUE.NUMBER.lt(boundary),
              DEFINITION_VALUE.NUMBER.desc(),
              below - 1 - rank);
    }
    return count - 1 - rank <= rank - below
        ? pick(tx, threshold, DSL.noCondition(), DEFINITION_VALUE.NUMBER.desc(), count - 1 - rank)
        : pick(
            tx,
            threshold,
            DEFINITION_VALUE.NUMBER.ge(boundary),
            DEFINITION_VALUE.NUMBER.asc(),
            rank - below);
  }

  private static BigDecimal pick(
      DSLContext tx, Threshold threshold, Condition side, SortField<BigDecimal> order, long skip) {
    ThresholdRecord row = threshold.row();
    return tx.select(DEFINITION_VALUE.NUMBER)
        .from(DEFINITION_VALUE)
        .where(SourceValues.seenBy(row))
        .and(DEFINITION_VALUE.NUMBER.isNotNull())
        .and(side)
        .orderBy(order)
        .limit(1)
        .offset(skip)
        .fetchSingle(DEFINITION_VALUE.NUMBER);
  }
}
