package sextant.metrics.filter;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.nullif;
import static org.jooq.impl.DSL.val;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Param;
import org.jooq.Parser;
import org.jooq.SQLDialect;
import org.jooq.TableField;
import org.jooq.conf.ParseNameCase;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.ParserException;
import org.jooq.impl.QOM;

/// Compiles `sqlFilter`. The text itself never reaches the database: it is parsed, every node of
/// the result must be on the list below, and the condition is built anew from fields we know and
/// values we bind.
final class SqlFilter {

  private static final int LONGEST = 4_000;
  private static final int DEEPEST = 32;
  private static final int MOST_NODES = 500;

  /// Comments, other quotes and escapes would be read as something else than they look like.
  private static final Pattern STRINGS = Pattern.compile("'[^']*'|\"[^\"]*\"");

  private static final Pattern REFUSED_TEXT =
      Pattern.compile("--|/\\*|\\*/|#|;|\\$|\\\\|[{}?:\\[\\]]|[A-Za-z0-9_&]'");

  private static final Parser PARSER =
      DSL.using(SQLDialect.POSTGRES, new Settings().withParseNameCase(ParseNameCase.AS_IS))
          .parser();

  private int nodes;

  private SqlFilter() {}

  /// Fails with [InvalidFilter] on anything that is not exactly understood.
  static Condition compile(String sql) {
    checkText(sql);
    try {
      return new SqlFilter().condition(PARSER.parseCondition(sql));
    } catch (ParserException malformed) {
      throw new InvalidFilter(
          "is not a condition: "
              + malformed.getMessage().lines().findFirst().orElse("").replace("[*]", " <here> "));
    } catch (DataAccessException | IllegalArgumentException | StackOverflowError unreadable) {
      throw new InvalidFilter("is not a condition");
    }
  }

  private static void checkText(String sql) {
    if (sql.length() > LONGEST || sql.indexOf('\0') >= 0) {
      throw new InvalidFilter("must be 1-" + LONGEST + " characters without U+0000");
    }
    String outside = STRINGS.matcher(sql).replaceAll("''");
    if (REFUSED_TEXT.matcher(outside).find()) {
      throw new InvalidFilter(
          "comments, semicolons, parameters, escapes and special quotes are not allowed");
    }
    int depth = 0;
    for (char character : outside.toCharArray()) {
      depth += character == '(' ? 1 : character == ')' ? -1 : 0;
      if (depth > DEEPEST) {
        throw new InvalidFilter("is nested deeper than " + DEEPEST + " levels");
      }
    }
  }

  private Condition condition(Condition parsed) {
    count();
    return switch (parsed) {
      case QOM.And both -> condition(both.$arg1()).and(condition(both.$arg2()));
      case QOM.Or either -> condition(either.$arg1()).or(condition(either.$arg2()));
      case QOM.Not negated -> DSL.not(condition(negated.$arg1()));
      case QOM.Eq<?> it -> compare(it.$arg1(), Operator.EQ, it.$arg2());
      case QOM.Ne<?> it -> compare(it.$arg1(), Operator.NEQ, it.$arg2());
      case QOM.Gt<?> it -> compare(it.$arg1(), Operator.GT, it.$arg2());
      case QOM.Ge<?> it -> compare(it.$arg1(), Operator.GTE, it.$arg2());
      case QOM.Lt<?> it -> compare(it.$arg1(), Operator.LT, it.$arg2());
      case QOM.Le<?> it -> compare(it.$arg1(), Operator.LTE, it.$arg2());
      case QOM.Between<?> it -> between(it);
      case QOM.InList<?> it -> in(it.$field(), Operator.IN, it.$list());
      case QOM.NotInList<?> it -> in(it.$field(), Operator.NOT_IN, it.$list());
      case QOM.IsNull it -> DSL.not(exists(it.$field()));
      case QOM.IsNotNull it -> exists(it.$field());
      case QOM.Like it -> like(it.$value(), it.$pattern(), it.$escape());
      case QOM.NotLike it -> DSL.not(like(it.$value(), it.$pattern(), it.$escape()));
      case QOM.FieldCondition it -> typed(term(it.$field()), Kind.FLAG).eq(cast(val(true)));
      default -> throw notAllowed(parsed);
    };
  }

  /// A part of a comparison: a field, a literal, or arithmetic on numbers.
  private sealed interface Term {
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

  private Term term(Field<?> parsed) {
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

  private Condition compare(Field<?> parsedLeft, Operator operator, Field<?> parsedRight) {
    Term left = term(parsedLeft);
    Term right = term(parsedRight);
    if (left.isConstant() && right.isConstant()) {
      throw new InvalidFilter("a comparison must name a column, not only constants");
    }
    Kind kind = kind(left, right);
    if (kind == Kind.FLAG && operator != Operator.EQ && operator != Operator.NEQ) {
      throw new InvalidFilter("true and false can only be tested with = and <>");
    }
    return comparison(typed(left, kind), operator, typed(right, kind));
  }

  private static Condition comparison(Field<Object> left, Operator operator, Field<Object> right) {
    return switch (operator) {
      case EQ -> left.eq(right);
      case NEQ -> left.ne(right);
      case GT -> Comparison.ordered(left).gt(right);
      case GTE -> Comparison.ordered(left).ge(right);
      case LT -> Comparison.ordered(left).lt(right);
      case LTE -> Comparison.ordered(left).le(right);
      default -> throw new IllegalStateException("not a comparison: " + operator);
    };
  }

  /// The parser keeps `NOT` inside the node without showing it, so the node is compared with what
  /// it would be without.
  private Condition between(QOM.Between<?> it) {
    if (it.$symmetric()) {
      throw new InvalidFilter("BETWEEN SYMMETRIC is not allowed");
    }
    Condition atLeast = compare(it.$arg1(), Operator.GTE, it.$arg2());
    Condition atMost = compare(it.$arg1(), Operator.LTE, it.$arg3());
    boolean plain = it.toString().equals(plainBetween(it).toString());
    return plain ? atLeast.and(atMost) : DSL.not(atLeast.and(atMost));
  }

  private static <T> Condition plainBetween(QOM.Between<T> it) {
    return it.$arg1().between(it.$arg2(), it.$arg3());
  }

  private Condition in(Field<?> parsedField, Operator operator, List<? extends Field<?>> list) {
    Term left = term(parsedField);
    if (list.isEmpty() || left instanceof Term.Literal) {
      throw new InvalidFilter("IN needs a column and at least one value");
    }
    List<Term> terms = list.stream().map(this::term).toList();
    if (!terms.stream().allMatch(Term.Literal.class::isInstance)) {
      throw new InvalidFilter("IN compares with constants only");
    }
    Kind kind = kind(left, terms.getFirst());
    List<Field<Object>> values = terms.stream().map(term -> typed(term, kind)).toList();
    Field<Object> field = typed(left, kind);
    return operator == Operator.IN ? field.in(values) : field.notIn(values);
  }

  private Condition exists(Field<?> parsed) {
    return switch (term(parsed)) {
      case Term.Named named -> named.field().exists();
      case Term.Arithmetic arithmetic -> arithmetic.expression().isNotNull();
      case Term.Literal ignored ->
          throw new InvalidFilter("a comparison must name a column, not only constants");
    };
  }

  private Condition like(Field<?> parsedField, Field<String> parsedPattern, Character escape) {
    if (!(term(parsedPattern) instanceof Term.Literal(String pattern))) {
      throw new InvalidFilter("LIKE needs a pattern in quotes");
    }
    if (!(term(parsedField) instanceof Term.Named named)) {
      throw new InvalidFilter("LIKE needs a column");
    }
    char escaping = escape == null ? '\\' : escape;
    for (int index = 0; index < pattern.length(); index++) {
      if (pattern.charAt(index) == escaping && ++index == pattern.length()) {
        throw new InvalidFilter("a LIKE pattern must not end with the escape character");
      }
    }
    Field<String> field = typed(named, Kind.TEXT).coerce(String.class);
    Object checked = Comparison.value(pattern, Kind.TEXT, named.name());
    return field.like((String) checked, escaping);
  }

  private static Kind kind(Term left, Term right) {
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

  @SuppressWarnings("unchecked")
  private static Field<Object> typed(Term term, Kind kind) {
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

  @SuppressWarnings("unchecked")
  private static Field<Object> cast(Field<?> field) {
    return (Field<Object>) field;
  }

  private void count() {
    if (++nodes > MOST_NODES) {
      throw new InvalidFilter("has more than " + MOST_NODES + " parts");
    }
  }

  private static InvalidFilter notAllowed(Object part) {
    String text = part.toString().replaceAll("\\s+", " ");
    return new InvalidFilter(
        "\""
            + text.substring(0, Math.min(60, text.length()))
            + "\" is not allowed; a filter consists of comparisons, AND, OR, NOT, IN, LIKE, BETWEEN,"
            + " IS NULL, arithmetic, constants and columns");
  }
}
