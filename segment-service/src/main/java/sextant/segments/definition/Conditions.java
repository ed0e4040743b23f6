package sextant.segments.definition;

import static org.jooq.impl.DSL.and;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.or;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.table;

import java.util.List;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import sextant.segments.definition.Filter.Operand;
import sextant.segments.v1.DataType;

/// Renders filters as SQL conditions. Values are inlined by jOOQ, since a view has no parameters.
final class Conditions {

  private static final char ESCAPE = '!';
  private static final String VIEWS = "segment_view";

  private final Function<Column, Field<Object>> columns;
  private final Field<String> customer;

  /// `columns`: where to find what a test looks at; `customer`: the base row's customer.
  Conditions(Function<Column, Field<Object>> columns, Field<String> customer) {
    this.columns = columns;
    this.customer = customer;
  }

  Condition of(Filter filter) {
    return switch (filter) {
      case Filter.All(List<Filter> parts) -> and(parts.stream().map(this::of).toList());
      case Filter.Any(List<Filter> parts) -> or(parts.stream().map(this::of).toList());
      case Filter.Not(Filter part) -> not(of(part));
      case Filter.InSegment(List<Filter.Member> segments) ->
          or(segments.stream().map(this::inSegment).toList());
      case Filter.Test test -> of(test);
    };
  }

  private Condition inSegment(Filter.Member segment) {
    Name view = name(VIEWS, segment.viewName());
    Field<String> member = field(name("s", "customer_id"), SQLDataType.CLOB);
    return exists(selectOne().from(table(view).as("s")).where(member.eq(customer)));
  }

  private Condition of(Filter.Test test) {
    Field<Object> column = columns.apply(test.column());
    DataType type = test.column().type();
    List<Field<Object>> values =
        test.operands().stream().map(operand -> value(operand, type)).toList();
    return switch (test.operator()) {
      case EQUALS -> column.eq(values.getFirst());
      case NOT_EQUALS -> column.ne(values.getFirst());
      case GREATER -> ordered(column, type).gt(values.getFirst());
      case GREATER_OR_EQUAL -> ordered(column, type).ge(values.getFirst());
      case LESS -> ordered(column, type).lt(values.getFirst());
      case LESS_OR_EQUAL -> ordered(column, type).le(values.getFirst());
      case BETWEEN -> ordered(column, type).between(values.getFirst(), values.getLast());
      case IN -> column.in(values.toArray(Field[]::new));
      case NOT_IN -> column.notIn(values.toArray(Field[]::new));
      case CONTAINS -> column.like(pattern("%", test, "%"), ESCAPE);
      case NOT_CONTAINS -> column.notLike(pattern("%", test, "%"), ESCAPE);
      case STARTS_WITH -> column.like(pattern("", test, "%"), ESCAPE);
      case ENDS_WITH -> column.like(pattern("%", test, ""), ESCAPE);
      case IS_NULL -> column.isNull();
      case IS_NOT_NULL -> column.isNotNull();
    };
  }

  /// Text is ordered by code point, the same on every database.
  private static Field<Object> ordered(Field<Object> column, DataType type) {
    return switch (type) {
      case DATA_TYPE_TEXT, DATA_TYPE_VARCHAR ->
          column.collate(DSL.collation("C")).coerce(column.getDataType());
      default -> column;
    };
  }

  private static Field<String> pattern(String before, Filter.Test test, String after) {
    if (!(test.operands().getFirst() instanceof Operand.Literal(String text))) {
      throw new IllegalStateException("patterns are text: " + test);
    }
    return inline(before + DSL.escape(text, ESCAPE) + after);
  }

  @SuppressWarnings("unchecked")
  private static Field<Object> value(Operand operand, DataType type) {
    Field<?> value =
        switch (operand) {
          case Operand.Literal(Object literal) -> inline(literal);
          case Operand.FromNow(long seconds) -> moment(seconds, type);
        };
    return (Field<Object>) value;
  }

  /// A sub-select, so that it is computed once and not for every row.
  private static Field<?> moment(long seconds, DataType type) {
    return type == DataType.DATA_TYPE_DATE
        ? field(select(function(name(VIEWS, "day_at"), SQLDataType.LOCALDATE, inline(seconds))))
        : field(select(function(name(VIEWS, "instant_at"), SQLDataType.INSTANT, inline(seconds))));
  }
}
