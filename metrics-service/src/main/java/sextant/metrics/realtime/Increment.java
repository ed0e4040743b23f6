package sextant.metrics.realtime;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;
import static sextant.metrics.jooq.Tables.INTERACTION;
import static sextant.metrics.jooq.Tables.METRIC;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.QueryPart;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.impl.DSL;
import sextant.metrics.compute.Aggregation;
import sextant.metrics.jooq.tables.records.MetricRecord;

/// Adds the contribution of some interactions to the realtime values of a metric, or subtracts it.
final class Increment {

  enum Sign {
    ADD(1),
    SUBTRACT(-1);

    private final int factor;

    Sign(int factor) {
      this.factor = factor;
    }
  }

  /// Values are locked in one order, whoever increments them. `xmax = 0` tells an inserted row from
  /// an updated one.
  private static final String UPSERT =
      """
      with delta as ({0}),
      written as (
        insert into metrics.metric_value as stored
          (tenant_id, customer_id, metric_id, epoch, dimension_1, dimension_2, value, matching)
        select {1}, customer_id, {2}, {3}, dimension_1, dimension_2, {4} * value, {4} * matching
        from delta
        order by customer_id, dimension_1, dimension_2
        on conflict on constraint metric_value_pk do update
          set value = stored.value + excluded.value, matching = stored.matching + excluded.matching
        returning customer_id, matching, xmax = 0 as is_new
      )
      {5}
      select count(*) filter (where is_new) as added,
             array_agg(distinct customer_id) filter (where matching = 0) as emptied
      from written
      """;

  /// Leaves the customers of a watched metric to the evaluation of its thresholds.
  private static final String NOTE =
      """
      , noted as (
        insert into metrics.changed_value as stored (tenant_id, customer_id, metric_id, revision)
        select distinct {0}, customer_id, {1}, 1 from delta order by customer_id
        on conflict on constraint changed_value_pk do update set revision = stored.revision + 1
      )
      """;

  private static final String DELETE_EMPTY =
      """
      delete from metrics.metric_value
      where tenant_id = ? and customer_id = any(?) and metric_id = ? and epoch = ? and matching = 0
      """;

  private static final String DIFFERENCE =
      """
      select customer_id, dimension_1, dimension_2, sum(value) as value, sum(matching) as matching
      from (select * from ({0}) as fresh
            union all
            select customer_id, dimension_1, dimension_2, -value, -matching from ({1}) as old) as change
      group by customer_id, dimension_1, dimension_2
      """;

  private Increment() {}

  /// Contributions of the interactions that satisfy `which`, grouped as the values are.
  static Select<?> contributions(Aggregation aggregation, Condition which) {
    return select(
            INTERACTION.CUSTOMER_ID,
            aggregation.dimension1().as("dimension_1"),
            aggregation.dimension2().as("dimension_2"),
            aggregation.value().as("value"),
            DSL.count().as("matching"))
        .from(INTERACTION)
        .where(which)
        .groupBy(aggregation.groups());
  }

  static void apply(DSLContext tx, LiveMetric metric, Condition which, Sign sign) {
    apply(tx, metric, contributions(metric.aggregation(), which), sign);
  }

  /// Adds what `fresh` contributes and subtracts what `old` does.
  static void replace(DSLContext tx, LiveMetric metric, QueryPart old, QueryPart fresh) {
    apply(tx, metric, DSL.sql(DIFFERENCE, fresh, old), Sign.ADD);
  }

  static void apply(DSLContext tx, LiveMetric metric, QueryPart contributions, Sign sign) {
    MetricRecord row = metric.row();
    Record outcome =
        tx.fetchSingle(
            UPSERT,
            contributions,
            val(row.getTenantId()),
            val(row.getMetricId()),
            val(row.getRealtimeEpoch()),
            inline(sign.factor),
            metric.isShown() && row.getWatched()
                ? DSL.sql(NOTE, val(row.getTenantId()), val(row.getMetricId()))
                : DSL.sql(""));
    // While values are being built a value may pass through zero or below on its way.
    if (metric.isShown()) {
      long added = outcome.get("added", Long.class);
      String[] emptied = outcome.get("emptied", String[].class);
      adjustCount(tx, row, added - deleteEmpty(tx, row, emptied));
    }
  }

  private static int deleteEmpty(DSLContext tx, MetricRecord row, String[] customers) {
    return customers == null
        ? 0
        : tx.execute(
            DELETE_EMPTY, row.getTenantId(), customers, row.getMetricId(), row.getRealtimeEpoch());
  }

  private static void adjustCount(DSLContext tx, MetricRecord row, long added) {
    if (added != 0) {
      tx.update(METRIC)
          .set(METRIC.VALUE_COUNT, METRIC.VALUE_COUNT.plus(added))
          .where(METRIC.TENANT_ID.eq(row.getTenantId()))
          .and(METRIC.METRIC_ID.eq(row.getMetricId()))
          .execute();
    }
  }
}
