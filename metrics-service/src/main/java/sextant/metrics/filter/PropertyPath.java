package sextant.metrics.filter;

import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.val;
import static sextant.metrics.jooq.Tables.INTERACTION;

import java.math.BigDecimal;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/// A place in the free-form properties of an interaction. What stands there counts only when it is
/// of the wanted JSON type; anything else is as good as missing.
public record PropertyPath(List<String> keys) {

  /// A number written out longer than this is left out: nobody means it, and exact arithmetic on it
  /// would only serve to exhaust the machine.
  private static final int LONGEST_NUMBER = 40;

  /// Of a dotted path; `properties.` in front is understood.
  public static PropertyPath of(String path) {
    List<String> keys = List.of(path.split("\\.", -1));
    return new PropertyPath(
        keys.size() > 1 && keys.getFirst().equals("properties")
            ? keys.subList(1, keys.size())
            : keys);
  }

  /// One CASE, because only that keeps PostgreSQL from casting before it has checked.
  public Field<BigDecimal> number() {
    return field(
        "case when jsonb_typeof({0} #> {1}) = 'number' and length({0} #>> {1}) <= {2}"
            + " then ({0} #>> {1})::numeric end",
        SQLDataType.NUMERIC, INTERACTION.PROPERTIES, path(), inline(LONGEST_NUMBER));
  }

  Field<String> text() {
    return scalar("string", "{0} #>> {1}", SQLDataType.CLOB);
  }

  Field<Boolean> flag() {
    return scalar("boolean", "({0} #>> {1})::boolean", SQLDataType.BOOLEAN);
  }

  /// Whether there is anything but null.
  Condition exists() {
    return condition(
        "coalesce(jsonb_typeof({0} #> {1}), 'null') <> 'null'", INTERACTION.PROPERTIES, path());
  }

  private <T> Field<T> scalar(String jsonType, String value, DataType<T> type) {
    return field(
        "case when jsonb_typeof({0} #> {1}) = '" + jsonType + "' then " + value + " end",
        type,
        INTERACTION.PROPERTIES,
        path());
  }

  private Field<String[]> path() {
    return val(keys.toArray(String[]::new));
  }
}
