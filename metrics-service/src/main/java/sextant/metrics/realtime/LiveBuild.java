package sextant.metrics.realtime;

import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.select;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Result;
import org.jooq.Select;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;
import sextant.metrics.Locks;
import sextant.metrics.definition.MetricRepository;
import sextant.metrics.jooq.tables.records.MetricRecord;

/// Builds the values of a realtime metric from all interactions, while more arrive.
///
/// For one instant writers are kept out: a new set of values begins, empty, and a cursor over the
/// interactions of that instant is opened. From then on writers add to the new set what is new, and
/// the build adds what was there; as only sums are kept, the order does not matter. When the cursor
/// is through, the new set replaces the one shown. A build that dies leaves a set that is never
/// shown; the next one starts afresh.
public final class LiveBuild {

  private static final int CHUNK = 5_000;

  private static final Condition UNBUILT =
      METRIC
          .COMPUTE_MODE
          .eq("realtime")
          .and(METRIC.STATUS.eq("active"))
          .and(METRIC.REALTIME_EPOCH.isDistinctFrom(METRIC.EPOCH));

  /// A build takes two connections at once; several builds could take all there are and then wait
  /// for each other.
  private final ReentrantLock oneAtATime = new ReentrantLock();

  private final Database database;
  private final MetricRepository metrics;
  private final InstantSource time;

  public LiveBuild(Database database, MetricRepository metrics, InstantSource time) {
    this.database = database;
    this.metrics = metrics;
    this.time = time;
  }

  /// Builds every metric that needs it; returns how many there were.
  public int drain() {
    List<Record2<String, UUID>> unbuilt =
        database.acrossTenants(
            tx ->
                tx.select(METRIC.TENANT_ID, METRIC.METRIC_ID).from(METRIC).where(UNBUILT).fetch());
    unbuilt.forEach(metric -> buildIfNeeded(metric.value1(), metric.value2()));
    return unbuilt.size();
  }

  /// Builds the values unless they are built already, or need not be.
  public void buildIfNeeded(String tenantId, UUID metricId) {
    Condition thisMetric = METRIC.TENANT_ID.eq(tenantId).and(METRIC.METRIC_ID.eq(metricId));
    if (!database.inTenant(tenantId, tx -> tx.fetchExists(METRIC, thisMetric.and(UNBUILT)))) {
      return;
    }
    oneAtATime.lock();
    try {
      build(tenantId, metricId);
    } finally {
      oneAtATime.unlock();
    }
  }

  private void build(String tenantId, UUID metricId) {
    database.inTenant(
        tenantId,
        tx -> {
          tx.execute("set local statement_timeout = '290s'");
          tx.execute("set local work_mem = '128MB'");
          Locks.exclusive(tx, "compute", metricId.toString());
          begin(tx, tenantId, metricId)
              .ifPresent(
                  metric -> {
                    copy(tx, metric);
                    finish(metric);
                  });
          return null;
        });
  }

  /// Begins a set of values and opens the cursor `existing` in `reader`. The two belong together,
  /// hence the writers are kept out by a second transaction that ends here.
  private Optional<LiveMetric> begin(DSLContext reader, String tenantId, UUID metricId) {
    return database.inTenant(
        tenantId,
        tx -> {
          LiveMetrics.enterAlone(tx, tenantId);
          MetricRecord metric = metrics.findForUpdate(tx, tenantId, metricId).orElse(null);
          if (metric == null
              || !metric.getComputeMode().equals("realtime")
              || !metric.getStatus().equals("active")
              || Objects.equals(metric.getRealtimeEpoch(), metric.getEpoch())) {
            return Optional.empty();
          }
          if (metric.getRealtimeEpoch() != null) {
            metrics.abandonValues(tx, tenantId, metricId, metric.getRealtimeEpoch());
          }
          Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
          metric.setLastEpoch(metric.getLastEpoch() + 1);
          metric.setRealtimeEpoch(metric.getLastEpoch());
          metric.setRealtimeUpper(now);
          LiveMetric live = LiveMetric.of(metric);
          metric.setRealtimeLower(live.aggregation().window().map(now::minus).orElse(null));
          metrics.update(tx, metric);
          reader.execute(
              "declare existing no scroll cursor for {0}",
              Increment.contributions(live.aggregation(), live.contained()));
          return Optional.of(live);
        });
  }

  private void copy(DSLContext reader, LiveMetric metric) {
    String tenantId = metric.row().getTenantId();
    for (Result<Record> chunk = fetch(reader); chunk.isNotEmpty(); chunk = fetch(reader)) {
      Select<?> contributions = values(chunk);
      database.inTenant(
          tenantId,
          tx -> {
            Increment.apply(tx, metric, contributions, Increment.Sign.ADD);
            return null;
          });
    }
  }

  private static Result<Record> fetch(DSLContext reader) {
    return reader.fetch("fetch " + CHUNK + " from existing");
  }

  private static Select<?> values(Result<Record> chunk) {
    return select(
            DSL.field("customer_id", String.class),
            DSL.field("dimension_1", String.class),
            DSL.field("dimension_2", String.class),
            DSL.field("value", BigDecimal.class),
            DSL.field("matching", Long.class))
        .from(
            "unnest({0}, {1}, {2}, {3}, {4})"
                + " as existing (customer_id, dimension_1, dimension_2, value, matching)",
            DSL.val(chunk.intoArray("customer_id", String.class)),
            DSL.val(chunk.intoArray("dimension_1", String.class)),
            DSL.val(chunk.intoArray("dimension_2", String.class)),
            DSL.val(chunk.intoArray("value", BigDecimal.class)),
            DSL.val(chunk.intoArray("matching", Long.class)));
  }

  /// Shows the new values instead of the old ones, unless the definition changed meanwhile.
  private void finish(LiveMetric built) {
    String tenantId = built.row().getTenantId();
    UUID metricId = built.row().getMetricId();
    int epoch = built.row().getRealtimeEpoch();
    database.inTenant(
        tenantId,
        tx -> {
          LiveMetrics.enterAlone(tx, tenantId);
          MetricRecord metric = metrics.findForUpdate(tx, tenantId, metricId).orElse(null);
          if (metric == null || !Objects.equals(metric.getRealtimeEpoch(), epoch)) {
            metrics.abandonValues(tx, tenantId, metricId, epoch);
            return null;
          }
          metrics.abandonValues(tx, tenantId, metricId, metric.getEpoch());
          Condition ofThisSet =
              METRIC_VALUE
                  .TENANT_ID
                  .eq(tenantId)
                  .and(METRIC_VALUE.METRIC_ID.eq(metricId))
                  .and(METRIC_VALUE.EPOCH.eq(epoch));
          tx.deleteFrom(METRIC_VALUE).where(ofThisSet).and(METRIC_VALUE.MATCHING.eq(0L)).execute();
          metric.setEpoch(epoch);
          metric.setValueCount(
              tx.select(count()).from(METRIC_VALUE).where(ofThisSet).fetchSingle(0, Long.class));
          metric.setLastComputedAt(metric.getRealtimeUpper());
          metrics.update(tx, metric);
          return null;
        });
  }
}
