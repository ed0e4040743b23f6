package sextant.metrics.filter;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.nullif;
import static org.jooq.impl.DSL.val;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jooq.Field;
import org.jooq.Param;
import org.jooq.TableField;
import org.jooq.impl.QOM;

/// The parts of comparisons in a `sqlFilter`: columns, constants, and arithmetic on numbers. Every
/// node is checked and built anew.
final class SqlTerms {

  private static final int MOST_NODES = 500;

  private int nodes;

  /// A part of a comparison: a field, a literal, or arithmetic on numbers.
  sealed interface Term {
    record Named(FilterField field, String name) implements Term {}

    record Literal(Object value) implements Term {}

    record Arithmetic(Field<BigDecimal> expression, boolean constant) implements Term {}

    /// Whether no column takes part.
    default boolean isConstant() {
      return switch (this) {
        case Named ignored -> false;
        case Literal ignored -> true;
        case Arithmetic arithmetic -> arithmetic.constant();
      };
    }
  }

  Term term(Field<?> parsed) {
    count();
    return switch (parsed) {
      case Param<?> literal -> new Term.Literal(literal(literal));
      case TableField<?, ?> field -> named(field);
      case QOM.Add<?> it -> arithmetic(it.$arg1(), Field::add, it.$arg2());
      case QOM.Sub<?> it -> arithmetic(it.$arg1(), Field::sub, it.$arg2());
      case QOM.Mul<?> it -> arithmetic(it.$arg1(), Field::mul, it.$arg2());
      // Nothing divided by zero is null, and so matches nothing; it must not fail the statement.
      case QOM.Div<?> it ->
          arithmetic(
              it.$arg1(),
              (dividend, divisor) -> dividend.div(nullif(divisor, BigDecimal.ZERO)),
              it.$arg2());
      case QOM.Neg<?> it -> arithmetic(inline(BigDecimal.ZERO), Field::sub, it.$arg1());
      default -> throw notAllowed(parsed);
    };
  }

  private static Term named(Field<?> field) {
    List<String> path = List.of(field.getQualifiedName().getName());
    String name = String.join(".", path);
    return new Term.Named(
        FilterField.named(path)
            .orElseThrow(
                () ->
                    new InvalidFilter(
                        "unknown column \"" + name + "\"; known are " + FilterField.known())),
        name);
  }

  private static Object literal(Param<?> literal) {
    return switch (literal.getValue()) {
      case String text -> text;
      case Boolean flag -> flag;
      case Long number -> BigDecimal.valueOf(number);
      case Integer number -> BigDecimal.valueOf(number);
      case BigInteger number -> new BigDecimal(number);
      case BigDecimal number -> number;
      case Double inexact -> throw new InvalidFilter("write numbers without an exponent");
      case null -> throw new InvalidFilter("null matches nothing; use IS NULL or IS NOT NULL");
      case java.sql.Timestamp typed ->
          throw new InvalidFilter("write instants as plain texts such as '2026-03-16T10:00:00Z'");
      case java.sql.Date typed ->
          throw new InvalidFilter("write instants as plain texts such as '2026-03-16T10:00:00Z'");
      default -> throw notAllowed(literal);
    };
  }

  private Term arithmetic(
      Field<?> parsedLeft, BinaryOperator<Field<BigDecimal>> operation, Field<?> parsedRight) {
    Term left = term(parsedLeft);
    Term right = term(parsedRight);
    return new Term.Arithmetic(
        operation.apply(
            typed(left, Kind.NUMBER).coerce(BigDecimal.class),
            typed(right, Kind.NUMBER).coerce(BigDecimal.class)),
        left.isConstant() && right.isConstant());
  }

  static Kind kind(Term left, Term right) {
    Kind leftKind = kindOf(left);
    Kind rightKind = kindOf(right);
    if (leftKind == null && rightKind == null) {
      return propertyKind(left, right);
    }
    return leftKind != null ? leftKind : rightKind;
  }

  /// The kind of columns and arithmetic; null for what takes the kind of the other side.
  private static Kind kindOf(Term term) {
    return switch (term) {
      case Term.Named(FilterField.Column column, String name) -> column.kind();
      case Term.Arithmetic arithmetic -> Kind.NUMBER;
      case Term.Named property -> null;
      case Term.Literal literal -> null;
    };
  }

  private static Kind propertyKind(Term left, Term right) {
    Object literal =
        left instanceof Term.Literal(Object value)
            ? value
            : right instanceof Term.Literal(Object value) ? value : null;
    if (literal == null) {
      throw new InvalidFilter("two properties cannot be compared with each other");
    }
    FilterField property =
        left instanceof Term.Named named ? named.field() : ((Term.Named) right).field();
    return Comparison.kind(property, literal);
  }

  @SuppressWarnings("unchecked")
  static Field<Object> typed(Term term, Kind kind) {
    return switch (term) {
      case Term.Named named -> (Field<Object>) Comparison.as(named.field(), kind, named.name());
      case Term.Literal(Object value) ->
          (Field<Object>) (Field<?>) val(Comparison.value(value, kind, "a column"));
      case Term.Arithmetic arithmetic when kind == Kind.NUMBER ->
          (Field<Object>) (Field<?>) arithmetic.expression();
      case Term.Arithmetic arithmetic ->
          throw new InvalidFilter("a number must be compared with a number");
    };
  }

  /// Notes one more node of the filter.
  void count() {
    if (++nodes > MOST_NODES) {
      throw new InvalidFilter("has more than " + MOST_NODES + " parts");
    }
  }

  static InvalidFilter notAllowed(Object part) {
    String text = part.toString().replaceAll("\\s+", " ");
    return new InvalidFilter(
        "\""
            + text.substring(0, Math.min(60, text.length()))
            + "\" is not allowed; a filter consists of comparisons, AND, OR, NOT, IN, LIKE, BETWEEN,"
            + " IS NULL, arithmetic, constants and columns");
  }
}
