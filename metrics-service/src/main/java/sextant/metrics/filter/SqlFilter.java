package sextant.metrics.filter;

import java.util.List;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Parser;
import org.jooq.SQLDialect;
import org.jooq.conf.ParseNameCase;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.ParserException;
import org.jooq.impl.QOM;
import sextant.metrics.filter.SqlTerms.Term;

/// Compiles `sqlFilter`. The text itself never reaches the database: it is parsed, every node of
/// the result must be on the list below, and the condition is built anew from fields we know and
/// values we bind.
final class SqlFilter {

  private static final int LONGEST = 4_000;
  private static final int DEEPEST = 32;

  /// Comments, other quotes and escapes would be read as something else than they look like.
  private static final Pattern STRINGS = Pattern.compile("'[^']*'|\"[^\"]*\"");

  private static final Pattern REFUSED_TEXT =
      Pattern.compile("--|/\\*|\\*/|#|;|\\$|\\\\|[{}?:\\[\\]]|[A-Za-z0-9_&]'");

  private static final Parser PARSER =
      DSL.using(SQLDialect.POSTGRES, new Settings().withParseNameCase(ParseNameCase.AS_IS))
          .parser();

  private final SqlTerms terms = new SqlTerms();

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
    terms.count();
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
      case QOM.FieldCondition it -> isTrue(it.$field());
      default -> throw SqlTerms.notAllowed(parsed);
    };
  }

  private Condition isTrue(Field<?> parsed) {
    return SqlTerms.typed(terms.term(parsed), Kind.FLAG).coerce(Boolean.class).eq(true);
  }

  private Condition compare(Field<?> parsedLeft, Operator operator, Field<?> parsedRight) {
    Term left = terms.term(parsedLeft);
    Term right = terms.term(parsedRight);
    if (left.isConstant() && right.isConstant()) {
      throw new InvalidFilter("a comparison must name a column, not only constants");
    }
    Kind kind = SqlTerms.kind(left, right);
    if (kind == Kind.FLAG && operator != Operator.EQ && operator != Operator.NEQ) {
      throw new InvalidFilter("true and false can only be tested with = and <>");
    }
    return comparison(SqlTerms.typed(left, kind), operator, SqlTerms.typed(right, kind));
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
    Term left = terms.term(parsedField);
    if (list.isEmpty() || left instanceof Term.Literal) {
      throw new InvalidFilter("IN needs a column and at least one value");
    }
    List<Term> values = list.stream().map(terms::term).toList();
    if (!values.stream().allMatch(Term.Literal.class::isInstance)) {
      throw new InvalidFilter("IN compares with constants only");
    }
    Kind kind = SqlTerms.kind(left, values.getFirst());
    List<Field<Object>> fields = values.stream().map(value -> SqlTerms.typed(value, kind)).toList();
    Field<Object> field = SqlTerms.typed(left, kind);
    return operator == Operator.IN ? field.in(fields) : field.notIn(fields);
  }

  private Condition exists(Field<?> parsed) {
    return switch (terms.term(parsed)) {
      case Term.Named named -> named.field().exists();
      case Term.Arithmetic arithmetic -> arithmetic.expression().isNotNull();
      case Term.Literal ignored ->
          throw new InvalidFilter("a comparison must name a column, not only constants");
    };
  }

  private Condition like(Field<?> parsedField, Field<String> parsedPattern, Character escape) {
    if (!(terms.term(parsedPattern) instanceof Term.Literal(String pattern))) {
      throw new InvalidFilter("LIKE needs a pattern in quotes");
    }
    if (!(terms.term(parsedField) instanceof Term.Named named)) {
      throw new InvalidFilter("LIKE needs a column");
    }
    char escaping = escape == null ? '\\' : escape;
    for (int index = 0; index < pattern.length(); index++) {
      if (pattern.charAt(index) == escaping && ++index == pattern.length()) {
        throw new InvalidFilter("a LIKE pattern must not end with the escape character");
      }
    }
    Field<String> field = SqlTerms.typed(named, Kind.TEXT).coerce(String.class);
    Object checked = Comparison.value(pattern, Kind.TEXT, named.name());
    return field.like((String) checked, escaping);
  }
}
