package sextant.metrics.compute;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.sum;
import static sextant.metrics.jooq.Tables.INTERACTION;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;
import sextant.metrics.definition.Dimension;
import sextant.metrics.definition.SourceKind;
import sextant.metrics.filter.MetricFilter;
import sextant.metrics.jooq.tables.records.MetricRecord;

/// A metric definition compiled to SQL over the interactions: which count, how they are grouped and
/// what number they make. Every way of computing values is built from this.
///
/// @param matches interactions that take part, whatever their time
/// @param groups the columns of one group, the customer first
/// @param value aggregate of the matching interactions of one group
/// @param dimension1 first dimension of a group; empty when there is none
/// @param dimension2 second dimension of a group; empty when there is none
/// @param window length of the rolling window; absent: all time
public record Aggregation(
    Condition matches,
    List<Field<String>> groups,
    Field<BigDecimal> value,
    Field<String> dimension1,
    Field<String> dimension2,
    Optional<Duration> window) {

  /// Digits of a mean behind the point.
  static final int MEAN_SCALE = 10;

  public static Aggregation of(MetricRecord metric) {
    Source source = Source.of(SourceKind.ofStored(metric.getSourceKind()), metric.getSourceField());
    String function = metric.getAggregateFunction();
    Condition takesPart = function.equals("count") ? source.counted() : source.aggregated();
    List<Dimension> dimensions = Dimension.stored(metric.getGroupByDimensions());
    return new Aggregation(
        INTERACTION
            .TENANT_ID
            .eq(metric.getTenantId())
            .and(INTERACTION.SUPERSEDED_AT.isNull())
            .and(takesPart)
            .and(MetricFilter.of(metric)),
        Stream.concat(
                Stream.of(INTERACTION.CUSTOMER_ID), dimensions.stream().map(Dimension::column))
            .toList(),
        value(function, source.amount()).cast(SQLDataType.NUMERIC),
        dimension(dimensions, 0),
        dimension(dimensions, 1),
        Optional.ofNullable(metric.getWindowDays()).map(Duration::ofDays));
  }

  /// The interactions that count at `now`: neither those before the window nor those dated ahead.
  public Condition matchesAt(Instant now) {
    Condition past = matches.and(INTERACTION.OCCURRED_AT.le(now));
    return window
        .map(length -> past.and(INTERACTION.OCCURRED_AT.ge(now.minus(length))))
        .orElse(past);
  }

  private static Field<BigDecimal> value(String function, Field<BigDecimal> amount) {
    return switch (function) {
      case "count" -> count().coerce(BigDecimal.class);
      case "sum" -> sum(amount);
      case "avg" -> mean(amount);
      case "min" -> min(amount);
      case "max" -> max(amount);
      default -> throw new IllegalStateException("not a function: " + function);
    };
  }

  /// Rounded half away from zero, and only once: `avg` and `/` choose a precision of their own by
  /// the size of the operands, while `div` is exact.
  private static Field<BigDecimal> mean(Field<BigDecimal> amount) {
    BigDecimal unit = BigDecimal.ONE.scaleByPowerOfTen(MEAN_SCALE);
    return field(
        "sign({0}) * div(abs({0}) * {1} + {2}, 2 * {2}) * {3}",
        SQLDataType.NUMERIC,
        sum(amount),
        inline(unit.multiply(BigDecimal.TWO)),
        count(amount),
        inline(BigDecimal.ONE.movePointLeft(MEAN_SCALE).toPlainString()).cast(SQLDataType.NUMERIC));
  }

  private static Field<String> dimension(List<Dimension> dimensions, int index) {
    return index < dimensions.size()
        ? coalesce(dimensions.get(index).column(), inline(""))
        : inline("");
  }
}
