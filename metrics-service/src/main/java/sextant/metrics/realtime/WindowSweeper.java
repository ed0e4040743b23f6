package sextant.metrics.realtime;

import static sextant.metrics.jooq.Tables.INTERACTION;
import static sextant.metrics.jooq.Tables.METRIC;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record2;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;

/// Moves the windows of realtime metrics on: subtracts what fell out at the lower edge and adds
/// what was dated ahead and has come. Any number of replicas may sweep; who comes second finds
/// nothing left to do.
public final class WindowSweeper {

  /// Windows move on by at most this much at a time, so that writers, who have to wait, wait
  /// shortly even when nobody swept for days.
  private static final Duration LONGEST_STEP = Duration.ofHours(1);

  /// Windows in which nothing happens move on this seldom.
  private static final Duration IDLE_STEP = Duration.ofMinutes(1);

  private static final String DUE =
      """
      {0} < {2} or exists (
        select from metrics.interaction as expiring
        where expiring.tenant_id = metric.tenant_id
          and expiring.occurred_at >= metric.realtime_lower
          and expiring.occurred_at < {1} - metric.window_days * interval '24 hours')
      or exists (
        select from metrics.interaction as entering
        where entering.tenant_id = metric.tenant_id
          and entering.occurred_at > metric.realtime_upper and entering.occurred_at <= {1}
          and entering.occurred_at > entering.recorded_at)
      """;

  private final Database database;
  private final InstantSource time;

  public WindowSweeper(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  /// Moves every window on to now; the number of windows that had to move.
  public int drain() {
    Instant now = now();
    List<Record2<String, UUID>> due =
        database.acrossTenants(
            tx ->
                tx.select(METRIC.TENANT_ID, METRIC.METRIC_ID)
                    .from(METRIC)
                    .where(METRIC.REALTIME_EPOCH.eq(METRIC.EPOCH))
                    .and(isDue(now))
                    .fetch());
    due.forEach(metric -> advance(metric.value1(), metric.value2()));
    return due.size();
  }

  /// Moves one window on to now, if it has to move at all.
  public void advance(String tenantId, UUID metricId) {
    Instant now = now();
    boolean isDue =
        database.inTenant(
            tenantId,
            tx ->
                tx.fetchExists(
                    METRIC,
                    METRIC
                        .TENANT_ID
                        .eq(tenantId)
                        .and(METRIC.METRIC_ID.eq(metricId))
                        .and(METRIC.REALTIME_EPOCH.eq(METRIC.EPOCH))
                        .and(isDue(now))));
    while (isDue
        && database.inTenant(
            tenantId,
            tx -> {
              LiveMetrics.enterAlone(tx, tenantId);
              return step(tx, tenantId, metricId, now);
            })) {}
  }

  /// Moves one window on to now within a transaction that keeps writers out.
  public static void advance(DSLContext tx, String tenantId, UUID metricId, Instant now) {
    while (step(tx, tenantId, metricId, now)) {}
  }

  private static Condition isDue(Instant now) {
    return DSL.condition(
        "(" + DUE + ")", METRIC.REALTIME_UPPER, DSL.val(now), DSL.val(now.minus(IDLE_STEP)));
  }

  /// Whether there is more to do.
  private static boolean step(DSLContext tx, String tenantId, UUID metricId, Instant now) {
    Optional<LiveMetric> found =
        tx.selectFrom(METRIC)
            .where(METRIC.TENANT_ID.eq(tenantId))
            .and(METRIC.METRIC_ID.eq(metricId))
            .and(METRIC.REALTIME_EPOCH.eq(METRIC.EPOCH))
            .fetchOptional(LiveMetric::of);
    if (found.isEmpty() || !found.get().row().getRealtimeUpper().isBefore(now)) {
      return false;
    }
    LiveMetric metric = found.get();
    Instant upper = earlier(now, metric.row().getRealtimeUpper().plus(LONGEST_STEP));
    addEntering(tx, metric, upper);
    Optional<Instant> lower = metric.aggregation().window().map(upper::minus);
    lower.ifPresent(edge -> subtractExpiring(tx, metric, edge));
    tx.update(METRIC)
        .set(METRIC.REALTIME_UPPER, upper)
        .set(METRIC.REALTIME_LOWER, lower.orElse(null))
        .set(METRIC.LAST_COMPUTED_AT, upper)
        .where(METRIC.TENANT_ID.eq(tenantId))
        .and(METRIC.METRIC_ID.eq(metricId))
        .execute();
    return upper.isBefore(now);
  }

  private static void addEntering(DSLContext tx, LiveMetric metric, Instant upper) {
    Increment.apply(
        tx,
        metric,
        metric
            .aggregation()
            .matches()
            .and(INTERACTION.OCCURRED_AT.gt(metric.row().getRealtimeUpper()))
            .and(INTERACTION.OCCURRED_AT.le(upper))
            .and(INTERACTION.OCCURRED_AT.gt(INTERACTION.RECORDED_AT)),
        Increment.Sign.ADD);
  }

  /// Everything between the edges was added at some time: it is in the past of the upper edge.
  private static void subtractExpiring(DSLContext tx, LiveMetric metric, Instant lower) {
    Increment.apply(
        tx,
        metric,
        metric
            .aggregation()
            .matches()
            .and(INTERACTION.OCCURRED_AT.ge(metric.row().getRealtimeLower()))
            .and(INTERACTION.OCCURRED_AT.lt(lower)),
        Increment.Sign.SUBTRACT);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
