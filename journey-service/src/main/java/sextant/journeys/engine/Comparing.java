package sextant.journeys.engine;

import static org.jooq.impl.DSL.and;
import static org.jooq.impl.DSL.falseCondition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.or;
import static org.jooq.impl.DSL.position;
import static org.jooq.impl.DSL.val;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.impl.SQLDataType;
import sextant.journeys.graph.Comparison;
import sextant.journeys.graph.Operator;

/// Comparisons of columns in SQL, generous: true of every value of which the comparison of a
/// condition is true, and perhaps of others. What SQL compares differently is only asked to be
/// there.
///
/// @param now what `now` means
record Comparing(Instant now) {

  /// What numbers of PostgreSQL can hold, by far.
  private static final int MOST_DIGITS = 1_000;

  /// `type`: as the catalogue of customer tables spells it.
  Condition test(Name column, String type, Operator operator, Object operand) {
    return switch (operator) {
      case IN -> or(each(column, type, Operator.EQUAL, operand));
      case NOT_IN -> and(each(column, type, Operator.NOT_EQUAL, operand));
      case BETWEEN ->
          operand instanceof List<?> bounds && !bounds.isEmpty()
              ? test(column, type, Operator.GREATER_OR_EQUAL, bounds.getFirst())
                  .and(test(column, type, Operator.LESS_OR_EQUAL, bounds.getLast()))
              : falseCondition();
      default -> typed(column, type, operator, operand).orElse(field(column).isNotNull());
    };
  }

  private List<Condition> each(Name column, String type, Operator operator, Object operand) {
    return operand instanceof List<?> list
        ? list.stream().map(one -> test(column, type, operator, one)).toList()
        : List.of(test(column, type, operator, operand));
  }

  private Optional<Condition> typed(Name column, String type, Operator operator, Object operand) {
    return switch (type) {
      case "text", "varchar" -> text(field(column, SQLDataType.CLOB), operator, operand);
      case "integer", "bigint", "decimal", "number" ->
          number(operand)
              .flatMap(number -> exact(field(column, SQLDataType.NUMERIC), operator, number));
      case "float" ->
          number(operand)
              .map(BigDecimal::doubleValue)
              .flatMap(
                  number -> around(field(column, SQLDataType.DOUBLE), operator, number, number));
      case "boolean" -> truth(field(column, SQLDataType.BOOLEAN), operator, operand);
      case "date" ->
          Comparison.instant(operand, now)
              .map(instant -> LocalDate.ofInstant(instant, ZoneOffset.UTC))
              .flatMap(day -> around(field(column, SQLDataType.LOCALDATE), operator, day, day));
      case "timestamp" ->
          Comparison.instant(operand, now)
              .map(instant -> instant.truncatedTo(ChronoUnit.MICROS))
              .flatMap(
                  micros ->
                      around(
                          field(column, SQLDataType.INSTANT),
                          operator,
                          micros,
                          micros.plus(1, ChronoUnit.MICROS)));
      default -> Optional.empty();
    };
  }

  /// Texts that might be instants are equal in more ways than one, and have an order of their own.
  private Optional<Condition> text(Field<String> column, Operator operator, Object operand) {
    if (!(operand instanceof String text)
        || text.indexOf('\0') >= 0
        || Comparison.instant(text, now).isPresent()) {
      return Optional.empty();
    }
    return switch (operator) {
      case EQUAL -> Optional.of(column.eq(text));
      case NOT_EQUAL -> Optional.of(column.ne(text));
      case CONTAINS -> Optional.of(position(column, val(text)).gt(0));
      case NOT_CONTAINS -> Optional.of(position(column, val(text)).eq(0));
      case STARTS_WITH -> Optional.of(column.startsWith(text));
      case ENDS_WITH -> Optional.of(column.endsWith(text));
      default -> Optional.empty();
    };
  }

  private static Optional<BigDecimal> number(Object operand) {
    return Comparison.number(operand)
        .filter(number -> Math.abs(number.scale()) + number.precision() < MOST_DIGITS);
  }

  private static Optional<Condition> exact(
      Field<BigDecimal> column, Operator operator, BigDecimal number) {
    return switch (operator) {
      case EQUAL -> Optional.of(column.eq(number));
      case NOT_EQUAL -> Optional.of(column.ne(number));
      case GREATER -> Optional.of(column.gt(number));
      case GREATER_OR_EQUAL -> Optional.of(column.ge(number));
      case LESS -> Optional.of(column.lt(number));
      case LESS_OR_EQUAL -> Optional.of(column.le(number));
      default -> Optional.empty();
    };
  }

  /// Of types coarser than what they are compared with: bounds are part of the range.
  private static <T> Optional<Condition> around(Field<T> column, Operator operator, T low, T high) {
    return switch (operator) {
      case EQUAL -> Optional.of(column.between(low, high));
      case GREATER, GREATER_OR_EQUAL -> Optional.of(column.ge(low));
      case LESS, LESS_OR_EQUAL -> Optional.of(column.le(high));
      default -> Optional.empty();
    };
  }

  private static Optional<Condition> truth(
      Field<Boolean> column, Operator operator, Object operand) {
    String word = String.valueOf(operand);
    if (!word.equalsIgnoreCase("true") && !word.equalsIgnoreCase("false")) {
      return Optional.empty();
    }
    boolean wanted = word.equalsIgnoreCase("true");
    return switch (operator) {
      case EQUAL -> Optional.of(column.eq(wanted));
      case NOT_EQUAL -> Optional.of(column.eq(!wanted));
      default -> Optional.empty();
    };
  }
}
