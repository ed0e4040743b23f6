package sextant.journeys.delivery;

import static sextant.journeys.jooq.Tables.CHANNEL;
import static sextant.journeys.jooq.Tables.DELIVERY;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.journeys.engine.Columns;
import sextant.journeys.jooq.tables.records.DeliveryRecord;
import sextant.kit.db.Lookups;

/// The deliveries, as those see them who send them.
public final class Outbox {

  /// What became of a delivery after an attempt.
  ///
  /// @param state `pending` again, `delivered` or `dead`
  record Recorded(
      PendingDelivery delivery,
      String state,
      Instant dueAt,
      Optional<Instant> endedAt,
      String result) {}

  private Outbox() {}

  /// Channels with something to send. Jumps through the index from channel to channel, so the cost
  /// follows the number of channels, however much waits in each.
  static List<ChannelKey> channelsWithWork(DSLContext tx, List<Short> buckets, Instant now) {
    Lookups.byKey(tx);
    return tx.resultQuery(
            """
            with recursive channels as (
              (select tenant_id, channel from journeys.delivery
               where state = 'pending' order by tenant_id, channel limit 1)
              union all
              select next.tenant_id, next.channel
              from channels
              cross join lateral (
                select d.tenant_id, d.channel from journeys.delivery d
                where d.state = 'pending'
                  and (d.tenant_id, d.channel) > (channels.tenant_id, channels.channel)
                order by d.tenant_id, d.channel
                limit 1
              ) as next
            )
            select tenant_id, channel from channels
            where exists (
              select from journeys.delivery d
              where d.tenant_id = channels.tenant_id and d.channel = channels.channel
                and d.state = 'pending' and d.due_at <= ?::timestamptz and d.bucket = any(?)
            )
            """,
            now.toString(),
            buckets.toArray(Short[]::new))
        .coerce(DELIVERY.TENANT_ID, DELIVERY.CHANNEL)
        .fetch(row -> new ChannelKey(row.value1(), row.value2()));
  }

  /// The state is a literal, here and below, because of the partial indexes of the table.
  static List<PendingDelivery> due(
      DSLContext tx, ChannelKey channel, List<Short> buckets, Instant now, int limit) {
    Lookups.byKey(tx);
    return tx.select(
            DELIVERY.TENANT_ID,
            DELIVERY.CUSTOMER_ID,
            DELIVERY.ENROLLMENT_ID,
            DELIVERY.STEP_NO,
            DELIVERY.DELIVERY_ID,
            DELIVERY.ATTEMPTS,
            DELIVERY.BODY)
        .from(DELIVERY)
        .where(DELIVERY.TENANT_ID.eq(channel.tenantId()))
        .and(DELIVERY.CHANNEL.eq(channel.name()))
        .and(DELIVERY.STATE.eq(DSL.inline("pending")))
        .and(DELIVERY.DUE_AT.le(now))
        .and(DELIVERY.BUCKET.eq(DSL.any(buckets.toArray(Short[]::new))))
        .orderBy(DELIVERY.DUE_AT)
        .limit(limit)
        .fetch(
            row ->
                new PendingDelivery(
                    row.value1(),
                    row.value2(),
                    row.value3(),
                    row.value4(),
                    row.value5(),
                    row.value6(),
                    row.value7()));
  }

  static Optional<ChannelSettings> settings(DSLContext tx, ChannelKey channel) {
    return tx.selectFrom(CHANNEL)
        .where(CHANNEL.TENANT_ID.eq(channel.tenantId()))
        .and(CHANNEL.NAME.eq(channel.name()))
        .fetchOptional(
            row ->
                new ChannelSettings(
                    row.getKind().equals("webhook"),
                    Optional.ofNullable(row.getUrl()),
                    Optional.ofNullable(row.getSecret()),
                    Duration.ofMillis(row.getTimeoutMs()),
                    row.getMaxAttempts()));
  }

  /// What was delivered is delivered, even if the customer left or another replica gave up in the
  /// meantime; anything else counts only if nobody was faster.
  static int record(DSLContext tx, List<Recorded> attempts) {
    Lookups.byKey(tx);
    return tx.query(
            """
            update journeys.delivery d
            set state = u.state, attempts = u.attempts + 1, due_at = u.due_at, ended_at = u.ended_at,
                last_result = u.result
            from unnest(?, ?, ?, ?, ?, ?, ?::timestamptz[], ?::timestamptz[], ?)
              as u (tenant_id, customer_id, enrollment_id, step_no, attempts, state, due_at, ended_at,
                    result)
            where d.tenant_id = u.tenant_id and d.customer_id = u.customer_id
              and d.enrollment_id = u.enrollment_id and d.step_no = u.step_no
              and (d.state = 'pending' and d.attempts = u.attempts
                   or d.state <> 'delivered' and u.state = 'delivered')
            """,
            Columns.text(attempts, row -> row.delivery().tenantId()),
            Columns.text(attempts, row -> row.delivery().customerId()),
            Columns.of(attempts, row -> row.delivery().enrollmentId(), UUID[]::new),
            Columns.of(attempts, row -> row.delivery().stepNo(), Integer[]::new),
            Columns.of(attempts, row -> row.delivery().attempts(), Integer[]::new),
            Columns.text(attempts, Recorded::state),
            Columns.instants(attempts, Recorded::dueAt),
            Columns.instants(attempts, row -> row.endedAt().orElse(null)),
            Columns.text(attempts, Recorded::result))
        .execute();
  }

  /// Which dead deliveries. All conditions that are given must hold.
  ///
  /// @param ids empty: whichever
  public record Dead(
      String tenantId, Set<UUID> ids, Optional<String> channel, Optional<UUID> journeyId) {

    private Condition condition() {
      return DELIVERY
          .TENANT_ID
          .eq(tenantId)
          .and(DELIVERY.STATE.eq(DSL.inline("dead")))
          .and(ids.isEmpty() ? DSL.noCondition() : DELIVERY.DELIVERY_ID.in(ids))
          .and(channel.map(DELIVERY.CHANNEL::eq).orElse(DSL.noCondition()))
          .and(journeyId.map(DELIVERY.JOURNEY_ID::eq).orElse(DSL.noCondition()));
    }
  }

  /// The oldest dead deliveries after one of them.
  public static List<DeliveryRecord> dead(
      DSLContext tx, Dead which, Optional<UUID> after, int limit) {
    return tx.selectFrom(DELIVERY)
        .where(which.condition())
        .and(after.map(DELIVERY.DELIVERY_ID::gt).orElse(DSL.noCondition()))
        .orderBy(DELIVERY.DELIVERY_ID)
        .limit(limit)
        .fetch();
  }

  public static int countDead(DSLContext tx, Dead which) {
    return tx.fetchCount(DELIVERY, which.condition());
  }

  /// Makes the oldest dead deliveries pending again. Returns how many.
  public static int replay(DSLContext tx, Dead which, Instant now, int limit) {
    return tx.update(DELIVERY)
        .set(DELIVERY.STATE, "pending")
        .set(DELIVERY.ATTEMPTS, 0)
        .set(DELIVERY.DUE_AT, now)
        .setNull(DELIVERY.ENDED_AT)
        .where(which.condition())
        .and(
            DELIVERY.DELIVERY_ID.in(
                DSL.select(DELIVERY.DELIVERY_ID)
                    .from(DELIVERY)
                    .where(which.condition())
                    .orderBy(DELIVERY.DELIVERY_ID)
                    .limit(limit)))
        .execute();
  }
}
