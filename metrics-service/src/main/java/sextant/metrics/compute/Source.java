package sextant.metrics.compute;

import static org.jooq.impl.DSL.case_;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.not;
import static sextant.metrics.jooq.Tables.INTERACTION;

import java.math.BigDecimal;
import org.jooq.Condition;
import org.jooq.Field;
import sextant.metrics.definition.SourceKind;
import sextant.metrics.filter.PropertyPath;

/// What one interaction contributes to a metric.
///
/// @param counted whether a count counts the interaction
/// @param aggregated whether the other functions take it in
/// @param amount what they take in
record Source(Condition counted, Condition aggregated, Field<BigDecimal> amount) {

  static Source of(SourceKind kind, String field) {
    return switch (kind) {
      case COUNTER -> counter(field);
      case TYPE -> type(field);
      case PROPERTY -> property(field);
    };
  }

  private static Source counter(String name) {
    return switch (name) {
      case "impressions" -> flag(condition(INTERACTION.IS_IMPRESSION));
      case "positive" -> flag(condition(INTERACTION.IS_POSITIVE));
      case "negative" -> flag(condition(INTERACTION.IS_NEGATIVE));
      case "neutral" ->
          flag(not(condition(INTERACTION.IS_POSITIVE)).andNot(INTERACTION.IS_NEGATIVE));
      case "converts" -> flag(condition(INTERACTION.IS_CONVERSION));
      case "totalValue" ->
          new Source(
              INTERACTION.VALUE.ne(BigDecimal.ZERO),
              INTERACTION.VALUE.isNotNull(),
              INTERACTION.VALUE);
      default -> throw new IllegalStateException("not a counter: " + name);
    };
  }

  private static Source flag(Condition raised) {
    return new Source(
        raised,
        noCondition(),
        case_().when(raised, inline(BigDecimal.ONE)).otherwise(inline(BigDecimal.ZERO)));
  }

  private static Source type(String name) {
    Condition ofType = INTERACTION.TYPE.eq(name);
    return new Source(ofType, ofType.and(INTERACTION.VALUE.isNotNull()), INTERACTION.VALUE);
  }

  private static Source property(String path) {
    Field<BigDecimal> number = PropertyPath.of(path).number();
    return new Source(number.isNotNull(), number.isNotNull(), number);
  }
}
