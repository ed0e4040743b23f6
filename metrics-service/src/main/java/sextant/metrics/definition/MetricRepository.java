package sextant.metrics.definition;

import static sextant.metrics.jooq.Tables.ABANDONED_VALUE_SET;
import static sextant.metrics.jooq.Tables.INTERACTION_TYPE;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;
import static sextant.metrics.jooq.Tables.OUTCOME_TYPE;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Collation;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.MetricValueRecord;

/// Metric definitions and the reading of their values, one statement per method.
public final class MetricRepository {

  /// Ties are broken the same way whatever locale the database was created with.
  private static final Collation BYTEWISE = DSL.collation("C");

  /// All metrics of a tenant, oldest first; there are few.
  List<MetricRecord> all(DSLContext tx, String tenantId) {
    return tx.selectFrom(METRIC)
        .where(METRIC.TENANT_ID.eq(tenantId))
        .orderBy(METRIC.CREATED_AT, METRIC.METRIC_ID)
        .fetch();
  }

  public Optional<MetricRecord> find(DSLContext tx, String tenantId, UUID metricId) {
    return tx.selectFrom(METRIC)
        .where(METRIC.TENANT_ID.eq(tenantId))
        .and(METRIC.METRIC_ID.eq(metricId))
        .fetchOptional();
  }

  /// The metric, kept from being changed by others until the transaction ends.
  public Optional<MetricRecord> findForUpdate(DSLContext tx, String tenantId, UUID metricId) {
    return tx.selectFrom(METRIC)
        .where(METRIC.TENANT_ID.eq(tenantId))
        .and(METRIC.METRIC_ID.eq(metricId))
        .forUpdate()
        .fetchOptional();
  }

  int count(DSLContext tx, String tenantId) {
    return tx.fetchCount(METRIC, METRIC.TENANT_ID.eq(tenantId));
  }

  void insert(DSLContext tx, MetricRecord metric) {
    tx.insertInto(METRIC).set(metric).execute();
  }

  /// Writes every changed column of `metric`.
  public void update(DSLContext tx, MetricRecord metric) {
    tx.update(METRIC)
        .set(metric)
        .where(METRIC.TENANT_ID.eq(metric.getTenantId()))
        .and(METRIC.METRIC_ID.eq(metric.getMetricId()))
        .execute();
  }

  void delete(DSLContext tx, String tenantId, UUID metricId) {
    tx.deleteFrom(METRIC)
        .where(METRIC.TENANT_ID.eq(tenantId))
        .and(METRIC.METRIC_ID.eq(metricId))
        .execute();
  }

  /// Leaves the values of one epoch to background work.
  public void abandonValues(DSLContext tx, String tenantId, UUID metricId, int epoch) {
    tx.insertInto(ABANDONED_VALUE_SET)
        .values(tenantId, metricId, epoch)
        .onConflictDoNothing()
        .execute();
  }

  /// Records a finished computation unless the definition changed meanwhile, or somebody began to
  /// watch the values; the new number of values.
  public Optional<Long> setComputed(
      DSLContext tx, MetricRecord metric, long addedValues, Instant computedAt, UUID arrivalsSeen) {
    return tx.update(METRIC)
        .set(METRIC.VALUE_COUNT, METRIC.VALUE_COUNT.plus(addedValues))
        .set(METRIC.LAST_COMPUTED_AT, computedAt)
        .set(METRIC.ARRIVALS_SEEN, arrivalsSeen)
        .where(METRIC.TENANT_ID.eq(metric.getTenantId()))
        .and(METRIC.METRIC_ID.eq(metric.getMetricId()))
        .and(METRIC.EPOCH.eq(metric.getEpoch()))
        .and(METRIC.WATCHED.eq(metric.getWatched()))
        .returningResult(METRIC.VALUE_COUNT)
        .fetchOptional(METRIC.VALUE_COUNT);
  }

  /// The highest values, ties by customer and dimensions.
  List<MetricValueRecord> topValues(DSLContext tx, MetricRecord metric, int limit) {
    return tx.selectFrom(METRIC_VALUE)
        .where(METRIC_VALUE.TENANT_ID.eq(metric.getTenantId()))
        .and(METRIC_VALUE.METRIC_ID.eq(metric.getMetricId()))
        .and(METRIC_VALUE.EPOCH.eq(metric.getEpoch()))
        .orderBy(
            METRIC_VALUE.VALUE.desc(),
            METRIC_VALUE.CUSTOMER_ID.collate(BYTEWISE),
            METRIC_VALUE.DIMENSION_1.collate(BYTEWISE),
            METRIC_VALUE.DIMENSION_2.collate(BYTEWISE))
        .limit(limit)
        .fetch();
  }

  /// The highest values of one customer.
  List<MetricValueRecord> topValues(
      DSLContext tx, MetricRecord metric, String customerId, int limit) {
    return tx.selectFrom(METRIC_VALUE)
        .where(METRIC_VALUE.TENANT_ID.eq(metric.getTenantId()))
        .and(METRIC_VALUE.CUSTOMER_ID.eq(customerId))
        .and(METRIC_VALUE.METRIC_ID.eq(metric.getMetricId()))
        .and(METRIC_VALUE.EPOCH.eq(metric.getEpoch()))
        .orderBy(
            METRIC_VALUE.VALUE.desc(),
            METRIC_VALUE.DIMENSION_1.collate(BYTEWISE),
            METRIC_VALUE.DIMENSION_2.collate(BYTEWISE))
        .limit(limit)
        .fetch();
  }

  /// Whether the tenant registered the type or recorded an interaction of it.
  boolean isKnownType(DSLContext tx, String tenantId, String type) {
    return tx.fetchExists(
        DSL.selectOne()
            .from(INTERACTION_TYPE)
            .where(INTERACTION_TYPE.TENANT_ID.eq(tenantId))
            .and(INTERACTION_TYPE.TYPE.eq(type))
            .unionAll(
                DSL.selectOne()
                    .from(OUTCOME_TYPE)
                    .where(OUTCOME_TYPE.TENANT_ID.eq(tenantId))
                    .and(OUTCOME_TYPE.KEY.eq(type))));
  }
}
