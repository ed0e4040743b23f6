package sextant.segments.definition;

import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.SelectSelectStep;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import sextant.segments.definition.Definition.Join;
import sextant.segments.definition.Definition.JoinType;
import sextant.segments.schema.CustomerTable;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;

/// The query behind a segment. Base rows are `b`, joined tables `j1`, `j2`, ..., metrics `m1`, ...:
/// no name that a caller chose becomes an alias, and columns come from the catalogue.
public final class SegmentQuery {

  /// The column of every segment view that says who is in.
  public static final String CUSTOMER_ID = "customer_id";

  private static final Name BASE = name("b");

  private final Definition definition;
  private final String tenantId;
  private final JoinPlan plan;
  private final Map<String, MetricTable> metrics = new LinkedHashMap<>();
  private final Field<String> customer;
  private final Conditions conditions;
  private final Limit limit;

  /// All of the segment.
  public SegmentQuery(Definition definition, String tenantId) {
    this(definition, tenantId, Limit.NONE);
  }

  private SegmentQuery(Definition definition, String tenantId, Limit limit) {
    this.definition = definition;
    this.tenantId = tenantId;
    this.limit = limit;
    this.plan = JoinPlan.of(definition);
    this.customer =
        CustomerTable.column(BASE, CustomerTable.customerKey(definition.base()))
            .cast(SQLDataType.CLOB);
    definition
        .filter()
        .columns()
        .forEach(
            column -> {
              if (column instanceof Column.OfMetric(String metric)) {
                metrics.computeIfAbsent(
                    metric, absent -> new MetricTable(tenantId, metric, metrics.size() + 1, limit));
              }
            });
    this.conditions = new Conditions(this::column, customer);
  }

  /// The part of the segment that these customers make. PostgreSQL does not carry a limit from the
  /// base rows into the values of metrics, which are behind a security barrier, so it is said
  /// twice.
  public SegmentQuery limitedTo(Collection<String> customerIds) {
    return new SegmentQuery(definition, tenantId, Limit.to(customerIds));
  }

  /// What the view shows: who it is, then the base row. Added fields come last, so that a view can
  /// be extended in place.
  public List<Field<?>> viewColumns() {
    List<Field<?>> columns = new ArrayList<>();
    columns.add(customer.as(CUSTOMER_ID));
    definition.base().getFieldsList().stream()
        .filter(field -> !field.getName().equals(CUSTOMER_ID))
        .forEach(field -> columns.add(CustomerTable.column(BASE, field)));
    return columns;
  }

  /// The columns of the base row.
  public List<Field<Object>> rowColumns() {
    return definition.base().getFieldsList().stream()
        .map(field -> CustomerTable.column(BASE, field))
        .toList();
  }

  public Field<Object> primaryKey() {
    return CustomerTable.column(BASE, CustomerTable.primaryKey(definition.base()));
  }

  /// The customer of the base row, as text.
  public Field<String> customer() {
    return customer;
  }

  /// Completes a select list to the rows of the segment. Only the tenant that it belongs to sees
  /// any, whoever reads.
  public <R extends Record> SelectConditionStep<R> from(SelectSelectStep<R> columns) {
    SelectConditionStep<R> query =
        columns
            .from(withMetrics(base(), outerParts()))
            .where(
                function(
                        "current_setting", SQLDataType.CLOB, inline("sextant.tenant"), inline(true))
                    .eq(inline(tenantId)))
            .and(limit.to(customer));
    plan.baseParts().forEach(part -> query.and(conditions.of(part)));
    plan.groups().forEach(group -> query.and(condition(group)));
    return query;
  }

  private Table<?> base() {
    return aliased(definition.base(), BASE);
  }

  /// The parts that are evaluated beside the base row, not in a sub-select with a base of its own.
  private List<Filter> outerParts() {
    List<Filter> parts = new ArrayList<>(plan.baseParts());
    plan.groups().stream().filter(JoinPlan.Group::inner).forEach(g -> parts.addAll(g.parts()));
    return parts;
  }

  private Condition condition(JoinPlan.Group group) {
    return group.inner() ? hasPartners(group) : survives(group);
  }

  private Condition hasPartners(JoinPlan.Group group) {
    List<Table<?>> tables = new ArrayList<>();
    List<Condition> all = new ArrayList<>();
    for (Join join : group.joins()) {
      tables.add(aliased(join));
      all.add(on(join));
    }
    group.parts().forEach(part -> all.add(conditions.of(part)));
    return exists(selectOne().from(tables).where(all));
  }

  /// With left joins in play the whole join is made, for base rows of its own, called `b` like the
  /// outer ones so that conditions read the same.
  private Condition survives(JoinPlan.Group group) {
    Table<?> joined = withMetrics(base(), group.parts());
    for (Join join : group.joins()) {
      joined =
          join.type() == JoinType.LEFT
              ? joined.leftJoin(aliased(join)).on(on(join))
              : joined.join(aliased(join)).on(on(join));
    }
    return primaryKey()
        .in(
            select(primaryKey())
                .from(joined)
                .where(group.parts().stream().map(conditions::of).toList()));
  }

  private Table<?> withMetrics(Table<?> rows, Collection<Filter> parts) {
    Table<?> joined = rows;
    List<String> named =
        parts.stream()
            .flatMap(Filter::columns)
            .<String>mapMulti(
                (column, out) -> {
                  if (column instanceof Column.OfMetric(String metric)) {
                    out.accept(metric);
                  }
                })
            .distinct()
            .toList();
    for (String metric : named) {
      MetricTable values = metrics.get(metric);
      joined = joined.leftJoin(values.values()).on(values.customer().eq(customer));
    }
    return joined;
  }

  private Field<Object> column(Column column) {
    return switch (column) {
      case Column.OfSource(Source source, SchemaField field) ->
          CustomerTable.column(alias(source), field);
      case Column.OfMetric(String metric) -> metrics.get(metric).value();
    };
  }

  private Condition on(Join join) {
    return CustomerTable.column(alias(join.source()), join.right()).eq(column(join.left()));
  }

  private static Table<?> aliased(Join join) {
    return aliased(join.source().schema(), alias(join.source()));
  }

  private static Table<?> aliased(Schema schema, Name alias) {
    return table(CustomerTable.name(schema)).as(alias);
  }

  private static Name alias(Source source) {
    return source.number() == 0 ? BASE : name("j" + source.number());
  }
}
