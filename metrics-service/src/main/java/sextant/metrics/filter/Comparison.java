package sextant.metrics.filter;

import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.val;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jooq.Collation;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

/// Compares fields with values. Nulls never match, not even an inequality: SQL's own logic.
final class Comparison {

  /// Texts are ordered by their bytes, whatever locale the database was created with.
  private static final Collation BYTEWISE = DSL.collation("C");

  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");
  private static final int LONGEST_TEXT = 1_000;
  private static final int MOST_DIGITS = 40;

  private Comparison() {}

  /// `field` as values of `kind`; fails when it holds something else.
  static Field<?> as(FilterField field, Kind kind, String name) {
    return switch (field) {
      case FilterField.Column column when column.kind() == kind -> column.expression();
      case FilterField.Column column ->
          throw new InvalidFilter(name + " must be compared with " + column.kind().words());
      case FilterField.Property(PropertyPath path) ->
          switch (kind) {
            case TEXT -> path.text();
            case NUMBER -> path.number();
            case FLAG -> path.flag();
            case INSTANT -> throw new InvalidFilter(name + " cannot be compared with an instant");
          };
    };
  }

  /// The kind in which `field` is compared with `literal`.
  static Kind kind(FilterField field, Object literal) {
    return switch (field) {
      case FilterField.Column column -> column.kind();
      case FilterField.Property ignored -> kindOf(literal);
    };
  }

  private static Kind kindOf(Object literal) {
    return switch (literal) {
      case String text -> Kind.TEXT;
      case BigDecimal number -> Kind.NUMBER;
      case Boolean flag -> Kind.FLAG;
      default -> throw new IllegalStateException("not a literal: " + literal);
    };
  }

  /// `literal` as a value of `kind`, safe to compute with.
  static Object value(Object literal, Kind kind, String name) {
    Object value =
        switch (literal) {
          case String text when kind == Kind.INSTANT -> instant(text, name);
          default -> literal;
        };
    if (!(value instanceof Instant) && kindOf(value) != kind) {
      throw new InvalidFilter(name + " must be compared with " + kind.words());
    }
    if (value instanceof BigDecimal number
        && (number.precision() > MOST_DIGITS || Math.abs(number.scale()) > MOST_DIGITS)) {
      throw new InvalidFilter("a number has more than " + MOST_DIGITS + " digits");
    }
    if (value instanceof String text && (text.length() > LONGEST_TEXT || text.indexOf('\0') >= 0)) {
      throw new InvalidFilter(
          "a text has more than " + LONGEST_TEXT + " characters, or contains U+0000");
    }
    return value;
  }

  private static Instant instant(String text, String name) {
    try {
      Instant instant =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text).toInstant();
      if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
        throw new InvalidFilter(name + ": the year must be from 1 to 9999");
      }
      return instant;
    } catch (DateTimeException malformed) {
      throw new InvalidFilter(name + " must be compared with " + Kind.INSTANT.words());
    }
  }

  /// `field operator values`, all of one kind.
  @SuppressWarnings("unchecked")
  static Condition of(Field<?> field, Operator operator, List<?> values) {
    Field<Object> left = (Field<Object>) field;
    return switch (operator) {
      case EQ -> left.eq(values.getFirst());
      case NEQ -> left.ne(values.getFirst());
      case GT -> ordered(left).gt(values.getFirst());
      case GTE -> ordered(left).ge(values.getFirst());
      case LT -> ordered(left).lt(values.getFirst());
      case LTE -> ordered(left).le(values.getFirst());
      case BETWEEN -> ordered(left).between(values.getFirst(), values.getLast());
      case IN -> left.in(values);
      case NOT_IN -> left.notIn(values);
      case CONTAINS -> condition("position({1} in {0}) > 0", left, val(values.getFirst()));
      case NOT_CONTAINS -> condition("position({1} in {0}) = 0", left, val(values.getFirst()));
      case STARTS_WITH -> condition("starts_with({0}, {1})", left, val(values.getFirst()));
      case ENDS_WITH -> condition("right({0}, length({1})) = {1}", left, val(values.getFirst()));
      case IS_NULL, IS_NOT_NULL ->
          throw new IllegalStateException("asks for existence, compares nothing");
    };
  }

  @SuppressWarnings("unchecked")
  static <T> Field<T> ordered(Field<T> field) {
    return field.getType() == String.class
        ? (Field<T>) ((Field<String>) field).collate(BYTEWISE)
        : field;
  }
}
