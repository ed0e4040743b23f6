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
import org.jooq.QueryPart;
import org.jooq.impl.DSL;
import sextant.kit.db.Lookups;
import sextant.metrics.Locks;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.realtime.Increment.Sign;

/// The realtime metrics of a tenant within a transaction that writes interactions. Their values
/// change in that very transaction, so they are never behind, and never ahead of a rollback.
///
/// Writers share the tenant's lock; who changes a definition or moves a window holds it alone. So a
/// writer either finishes before such a change or sees it, and no interaction is counted by a
/// definition it was not meant for.
public final class LiveMetrics {

  private static final String LOCK = "realtime";

  /// The interaction `given`, by primary key.
  private static final Condition IS_GIVEN =
      condition(
          """
          {0} = given.customer_id and {2} = given.interaction_id
          and {1} = timestamptz 'epoch' + given.micros * interval '1 microsecond'
          """,
          INTERACTION.CUSTOMER_ID, INTERACTION.OCCURRED_AT, INTERACTION.INTERACTION_ID);

  /// Interaction by interaction, and only then together: no statistics, which intake outruns by
  /// far, can then make the planner read more of the table than these.
  private static final String CONTRIBUTIONS =
      """
      select one.customer_id, dimension_1, dimension_2,
             sum(value) as value, sum(matching) as matching
      from unnest({1}, {2}, {3}) as given (customer_id, micros, interaction_id),
           lateral ({0}) as one
      group by one.customer_id, dimension_1, dimension_2
      """;

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
      forEach(metric -> Increment.apply(tx, metric, contributions(metric, rows), Sign.ADD));
    }
  }

  /// Takes out an interaction that this transaction is about to supersede.
  public void subtract(InteractionRecord row) {
    forEach(
        metric -> Increment.apply(tx, metric, contributions(metric, List.of(row)), Sign.SUBTRACT));
  }

  /// Takes in an interaction that this transaction has stored and takes out the one that it is
  /// about to supersede. Both at once, metric by metric: whoever went through the metrics twice
  /// would lock their values in another order than everybody else.
  public void replace(InteractionRecord superseded, InteractionRecord stored) {
    forEach(
        metric ->
            Increment.replace(
                tx,
                metric,
                contributions(metric, List.of(superseded)),
                contributions(metric, List.of(stored))));
  }

  private void forEach(Consumer<LiveMetric> change) {
    if (!metrics.isEmpty()) {
      Lookups.byKey(tx);
      metrics.forEach(change);
    }
  }

  private static QueryPart contributions(LiveMetric metric, List<InteractionRecord> rows) {
    return DSL.sql(
        CONTRIBUTIONS,
        Increment.contributions(metric.aggregation(), metric.contained().and(IS_GIVEN)),
        val(column(rows, InteractionRecord::getCustomerId).toArray(String[]::new)),
        val(column(rows, LiveMetrics::micros).toArray(Long[]::new)),
        val(column(rows, InteractionRecord::getInteractionId).toArray(UUID[]::new)));
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
