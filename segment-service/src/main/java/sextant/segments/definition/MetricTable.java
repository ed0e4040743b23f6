package sextant.segments.definition;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/// The current values of one metric, at most one per customer, as the metrics-service publishes
/// them. Found by the metric's name, so the segment follows the metric that has the name now.
final class MetricTable {

  private static final Name VALUES = name("metrics", "metric_value_v1");
  private static final String NO_DIMENSION = "";

  private final String tenantId;
  private final String metric;
  private final Name alias;
  private final Limit limit;

  /// `limit`: the customers whose values matter.
  MetricTable(String tenantId, String metric, int number, Limit limit) {
    this.tenantId = tenantId;
    this.metric = metric;
    this.alias = name("m" + number);
    this.limit = limit;
  }

  Table<?> values() {
    return select(field(name("customer_id")), field(name("value")))
        .from(table(VALUES))
        .where(text("tenant_id").eq(inline(tenantId)))
        .and(text("metric_name").eq(inline(metric)))
        .and(text("dimension_1").eq(inline(NO_DIMENSION)))
        .and(text("dimension_2").eq(inline(NO_DIMENSION)))
        .and(limit.to(text("customer_id")))
        .asTable(alias);
  }

  Field<String> customer() {
    return field(alias.append("customer_id"), SQLDataType.CLOB);
  }

  @SuppressWarnings("unchecked")
  Field<Object> value() {
    return (Field<Object>) (Field<?>) field(alias.append("value"), SQLDataType.NUMERIC);
  }

  private static Field<String> text(String column) {
    return field(name(column), SQLDataType.CLOB);
  }
}
