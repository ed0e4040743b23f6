package sextant.metrics.compute;

import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sql;
import static org.jooq.impl.DSL.val;
import static sextant.metrics.jooq.Tables.INTERACTION;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.QueryPart;
import org.jooq.Select;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.metrics.Locks;
import sextant.metrics.definition.MetricReader;
import sextant.metrics.definition.MetricRepository;
import sextant.metrics.jooq.tables.records.MetricRecord;

/// Computes the values of a metric for all customers in one statement that writes only what
/// changed. It holds no lock that a reader, a writer of interactions or a change of the definition
/// would wait for; two computations of one metric run one after the other.
public final class BatchCompute {

  /// How often a computation starts over because the definition changed under it.
  private static final int ATTEMPTS = 3;

  /// Aggregates of all customers and the values stored now, side by side; the differences are
  /// inserted, updated or deleted. A plain upsert would touch every unchanged row as well.
  private static final String WRITE_CHANGES =
      """
      with fresh as ({0}),
      change as materialized (
        select coalesce(fresh.customer_id, stored.customer_id) as customer_id,
               coalesce(fresh.dimension_1, stored.dimension_1) as dimension_1,
               coalesce(fresh.dimension_2, stored.dimension_2) as dimension_2,
               fresh.value, stored.customer_id is null as is_new
        from fresh
        full join (select customer_id, dimension_1, dimension_2, value from metrics.metric_value
                   where tenant_id = {1} and metric_id = {2} and epoch = {3} and {4}) as stored
          on stored.customer_id = fresh.customer_id
         and stored.dimension_1 = fresh.dimension_1
         and stored.dimension_2 = fresh.dimension_2
        where fresh.value is distinct from stored.value
      ),
      gone as (
        delete from metrics.metric_value as v using change
        where change.value is null
          and v.tenant_id = {1} and v.metric_id = {2} and v.epoch = {3} and v.customer_id = change.customer_id
          and v.dimension_1 = change.dimension_1 and v.dimension_2 = change.dimension_2
      ),
      written as (
        insert into metrics.metric_value (tenant_id, customer_id, metric_id, epoch, dimension_1, dimension_2, value)
        select {1}, customer_id, {2}, {3}, dimension_1, dimension_2, value from change where value is not null
        on conflict on constraint metric_value_pk do update set value = excluded.value
      )
      {5}
      select count(*) filter (where is_new) - count(*) filter (where value is null) from change
      """;

  /// Leaves the customers of a watched metric to the evaluation of its thresholds.
  private static final String NOTE =
      """
      , noted as (
        insert into metrics.changed_value as stored (tenant_id, customer_id, metric_id, revision)
        select distinct {0}, customer_id, {1}, 1 from change order by customer_id
        on conflict on constraint changed_value_pk do update set revision = stored.revision + 1
      )
      """;

  /// Where nothing is stored there is nothing to compare with.
  private static final String WRITE_FIRST =
      """
      insert into metrics.metric_value (tenant_id, customer_id, metric_id, epoch, dimension_1, dimension_2, value)
      select {1}, customer_id, {2}, {3}, dimension_1, dimension_2, value from ({0}) as fresh
      """;

  private final Database database;
  private final MetricRepository metrics;
  private final InstantSource time;

  public BatchCompute(Database database, MetricRepository metrics, InstantSource time) {
    this.database = database;
    this.metrics = metrics;
    this.time = time;
  }

  /// Computes the metric for all customers, now; returns the number of its values.
  public long compute(String tenantId, UUID metricId) {
    return compute(tenantId, metricId, (tx, metric, now) -> Optional.empty());
  }

  /// The same, at a cost that follows the customers whose interactions changed since last time.
  long refresh(String tenantId, UUID metricId) {
    return compute(tenantId, metricId, ChangedCustomers::since);
  }

  /// Finds the customers to compute; empty: all.
  private interface Scope {
    Optional<String[]> customers(DSLContext tx, MetricRecord metric, Instant now);
  }

  private long compute(String tenantId, UUID metricId, Scope scope) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      UUID arrivals = ChangedCustomers.arrivalsSeenFromNow(database, tenantId);
      try {
        return database.inTenant(tenantId, tx -> compute(tx, tenantId, metricId, arrivals, scope));
      } catch (DefinitionChanged startOver) {
        // Rolled back; the next attempt reads the new definition.
      }
    }
    throw ApiException.of(
        ErrorReason.ERROR_REASON_CONFLICT, "the metric is being changed; try again");
  }

  private long compute(DSLContext tx, String tenantId, UUID metricId, UUID arrivals, Scope scope) {
    tx.execute("set local statement_timeout = '290s'");
    tx.execute("set local work_mem = '128MB'");
    Locks.exclusive(tx, "compute", metricId.toString());
    MetricRecord metric =
        metrics
            .find(tx, tenantId, metricId)
            .orElseThrow(() -> ApiException.notFound("metric", metricId.toString()));
    if (MetricReader.isLive(metric)) {
      // It became a realtime metric meanwhile: its values follow the interactions by themselves.
      return metric.getValueCount();
    }
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    long added =
        scope
            .customers(tx, metric, now)
            .map(
                customers ->
                    customers.length == 0
                        ? 0L
                        : writeChanges(
                            tx,
                            metric,
                            now,
                            field(name("customer_id"), String.class).eq(any(customers))))
            .orElseGet(() -> writeChanges(tx, metric, now, noCondition()));
    return metrics
        .setComputed(tx, metric, added, now, arrivals)
        .orElseThrow(DefinitionChanged::new);
  }

  /// Returns by how much the number of values grew.
  private static long writeChanges(
      DSLContext tx, MetricRecord metric, Instant now, Condition ofCustomers) {
    Aggregation aggregation = Aggregation.of(metric);
    Select<?> fresh =
        select(
                INTERACTION.CUSTOMER_ID,
                aggregation.dimension1().as("dimension_1"),
                aggregation.dimension2().as("dimension_2"),
                aggregation.value().as("value"))
            .from(INTERACTION)
            .where(aggregation.matchesAt(now))
            .and(ofCustomers)
            .groupBy(aggregation.groups());
    QueryPart[] parts = {
      fresh,
      val(metric.getTenantId()),
      val(metric.getMetricId()),
      val(metric.getEpoch()),
      ofCustomers,
      metric.getWatched()
          ? sql(NOTE, val(metric.getTenantId()), val(metric.getMetricId()))
          : sql("")
    };
    return metric.getValueCount() == 0 && !metric.getWatched()
        ? tx.query(WRITE_FIRST, parts).execute()
        : tx.resultQuery(WRITE_CHANGES, parts).fetchSingle(0, Long.class);
  }

  private static final class DefinitionChanged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DefinitionChanged() {
      super("the definition changed during the computation", null, false, false);
    }
  }
}
