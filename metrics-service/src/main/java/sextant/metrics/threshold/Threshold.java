package sextant.metrics.threshold;

import java.math.BigDecimal;
import java.util.Objects;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.ThresholdRecord;
import sextant.metrics.v1.AggregationMode;

/// A threshold within the transaction that evaluates it.
///
/// @param row what it compares, and what it has counted
/// @param definition itself as a definition
record Threshold(
    ThresholdRecord row, DefinitionRecord definition, AggregationMode mode, Comparison comparison) {

  static Threshold of(ThresholdRecord row, DefinitionRecord definition) {
    return new Threshold(
        row,
        definition,
        Names.mode(row.getMode()),
        Comparison.with(Names.operator(row.getOperator()), row.getValue()));
  }

  boolean isEach() {
    return mode == AggregationMode.AGGREGATION_MODE_EACH;
  }

  boolean sees(Change change) {
    return change.variantId().equals(row.getSourceVariantId())
        && (row.getParticipantRole() == null
            || Objects.equals(row.getParticipantRole(), change.participantRole()));
  }

  /// Takes a value into the counts, or out of them.
  void count(String value, int sign) {
    row.setMeasured(row.getMeasured() + sign);
    row.setMet(row.getMet() + (comparison.isMetBy(value) ? sign : 0));
    if (comparison.number() != null) {
      BigDecimal number = new BigDecimal(value);
      row.setBelow(row.getBelow() + (number.compareTo(comparison.number()) < 0 ? sign : 0));
      row.setTotal(row.getTotal().add(number.multiply(BigDecimal.valueOf(sign))));
    }
  }
}
