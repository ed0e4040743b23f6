package sextant.metrics.realtime;

import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.val;
import static sextant.metrics.jooq.Tables.INTERACTION;
import static sextant.metrics.jooq.Tables.METRIC;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.metrics.Locks;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// The realtime metrics of a tenant within a transaction that writes interactions. Their values
/// change in that very transaction, so they are never behind, and never ahead of a rollback.
///
/// Writers share the tenant's lock; who changes a definition or moves a window holds it alone. So a
/// writer either finishes before such a change or sees it, and no interaction is counted by a
/// definition it was not meant for.
public final class LiveMetrics {

  private static final String LOCK = "realtime";

  private final DSLContext tx;
  private final String tenantId;
  private final List<LiveMetric> metrics;

  private LiveMetrics(DSLContext tx, String tenantId, List<LiveMetric> metrics) {
    this.tx = tx;
    this.tenantId = tenantId;
    this.metrics = metrics;
  }

  /// Enters the tenant as a writer of interactions; lasts until the transaction ends.
  public static LiveMetrics enter(DSLContext tx, String tenantId) {
    Locks.shared(tx, LOCK, tenantId);
    return new LiveMetrics(
        tx,
        tenantId,
        tx.selectFrom(METRIC)
            .where(METRIC.TENANT_ID.eq(tenantId))
            .and(METRIC.REALTIME_EPOCH.isNotNull())
            .orderBy(METRIC.METRIC_ID)
            .fetch(LiveMetric::of));
  }

  /// Keeps writers of the tenant's interactions out until the transaction ends.
  public static void enterAlone(DSLContext tx, String tenantId) {
    Locks.exclusive(tx, LOCK, tenantId);
  }

  /// Takes in interactions that this transaction has stored.
  public void add(List<InteractionRecord> rows) {
    if (!rows.isEmpty()) {
      Condition these = these(rows);
      forEach(
          metric -> Increment.apply(tx, metric, these.and(metric.contained()), Increment.Sign.ADD));
    }
  }

  /// Takes out an interaction that this transaction is about to supersede.
  public void subtract(InteractionRecord row) {
    Condition that = these(List.of(row));
    forEach(
        metric ->
            Increment.apply(tx, metric, that.and(metric.contained()), Increment.Sign.SUBTRACT));
  }

  /// Takes in an interaction that this transaction has stored and takes out the one that it is
  /// about to supersede. Both at once, metric by metric: whoever went through the metrics twice
  /// would lock their values in another order than everybody else.
  public void replace(InteractionRecord superseded, InteractionRecord stored) {
    Condition old = these(List.of(superseded));
    Condition fresh = these(List.of(stored));
    forEach(
        metric ->
            Increment.replace(
                tx, metric, old.and(metric.contained()), fresh.and(metric.contained())));
  }

  private void forEach(Consumer<LiveMetric> change) {
    if (!metrics.isEmpty()) {
      // A plan kept from when the table was small would scan it for ever.
      tx.execute("set local plan_cache_mode = force_custom_plan");
      metrics.forEach(change);
    }
  }

  /// By primary key.
  private Condition these(List<InteractionRecord> rows) {
    return INTERACTION
        .TENANT_ID
        .eq(tenantId)
        .and(
            condition(
                """
                ({0}, {1}, {2}) in (
                  select customer_id, timestamptz 'epoch' + micros * interval '1 microsecond', id
                  from unnest({3}, {4}, {5}) as given (customer_id, micros, id))
                """,
                INTERACTION.CUSTOMER_ID,
                INTERACTION.OCCURRED_AT,
                INTERACTION.INTERACTION_ID,
                val(column(rows, InteractionRecord::getCustomerId).toArray(String[]::new)),
                val(column(rows, LiveMetrics::micros).toArray(Long[]::new)),
                val(column(rows, InteractionRecord::getInteractionId).toArray(UUID[]::new))));
  }

  private static <T> List<T> column(
      List<InteractionRecord> rows, Function<InteractionRecord, T> value) {
    return rows.stream().map(value).toList();
  }

  private static long micros(InteractionRecord row) {
    return TimeUnit.SECONDS.toMicros(row.getOccurredAt().getEpochSecond())
        + row.getOccurredAt().getNano() / 1_000;
  }
}
