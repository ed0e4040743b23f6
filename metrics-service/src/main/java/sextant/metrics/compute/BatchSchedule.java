package sextant.metrics.compute;

import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static sextant.metrics.jooq.Tables.METRIC;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;
import sextant.metrics.jooq.tables.records.MetricRecord;

/// Computes batch metrics when they are due. A replica leases a metric before it computes it; one
/// that dies leaves a lease that lapses.
public final class BatchSchedule {

  /// Longer than a computation may take, see its statement timeout.
  private static final Duration LEASE = Duration.ofMinutes(5);

  private final Database database;
  private final BatchCompute compute;
  private final InstantSource time;

  public BatchSchedule(Database database, BatchCompute compute, InstantSource time) {
    this.database = database;
    this.compute = compute;
    this.time = time;
  }

  /// Computes the metric that is due longest; 0 when none is.
  public int drain() {
    return claim()
        .map(
            metric -> {
              compute.refresh(metric.getTenantId(), metric.getMetricId());
              release(metric);
              return 1;
            })
        .orElse(0);
  }

  private Optional<MetricRecord> claim() {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    Condition free = METRIC.LEASED_UNTIL.isNull().or(METRIC.LEASED_UNTIL.le(now));
    Condition due =
        METRIC
            .COMPUTE_MODE
            .eq("batch")
            .and(METRIC.STATUS.eq("active"))
            .and(
                DSL.condition(
                    "coalesce({0} + {1} * interval '1 minute' <= {2}, true)",
                    METRIC.LAST_COMPUTED_AT, METRIC.BATCH_INTERVAL_MIN, DSL.val(now)));
    // Of two that claim the same metric the second waits for the first, finds the metric leased
    // then, and goes away empty-handed.
    return database.acrossTenants(
        tx ->
            tx.update(METRIC)
                .set(METRIC.LEASED_UNTIL, now.plus(LEASE))
                .where(
                    row(METRIC.TENANT_ID, METRIC.METRIC_ID)
                        .in(
                            select(METRIC.TENANT_ID, METRIC.METRIC_ID)
                                .from(METRIC)
                                .where(due)
                                .and(free)
                                .orderBy(METRIC.LAST_COMPUTED_AT.asc().nullsFirst())
                                .limit(1)))
                .and(free)
                .returning()
                .fetchOptional());
  }

  private void release(MetricRecord metric) {
    database.inTenant(
        metric.getTenantId(),
        tx ->
            tx.update(METRIC)
                .setNull(METRIC.LEASED_UNTIL)
                .where(METRIC.TENANT_ID.eq(metric.getTenantId()))
                .and(METRIC.METRIC_ID.eq(metric.getMetricId()))
                .and(METRIC.LEASED_UNTIL.eq(metric.getLeasedUntil()))
                .execute());
  }
}
