package sextant.metrics.interaction;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectFrom;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.trueCondition;
import static org.jooq.impl.DSL.val;
import static sextant.metrics.jooq.Tables.INTERACTION;
import static sextant.metrics.jooq.Tables.INTERACTION_DAILY;
import static sextant.metrics.jooq.Tables.INTERACTION_DAILY_BY_CHANNEL;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.Table;
import sextant.kit.db.Lookups;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// Reads interactions.
final class InteractionRepository {

  /// Which interactions to list. All conditions that are present must hold.
  record Filter(
      Optional<String> customerId,
      Optional<String> type,
      Optional<String> offerId,
      Optional<String> channelId,
      Optional<Instant> from,
      Optional<Instant> to) {}

  /// A place in the list, newest first.
  record Position(Instant occurredAt, UUID id) {}

  /// Part of a list and the number of interactions on the whole of it, both of one instant.
  record Found(long total, List<InteractionRecord> rows) {}

  /// Those of one tenant that carry the customer and idempotency key of one of `rows`.
  List<InteractionRecord> findByKeys(DSLContext db, String tenantId, List<InteractionRecord> rows) {
    Lookups.byKey(db);
    // Key by key: no statistics, which intake outruns by far, can then make the planner read more.
    Table<InteractionRecord> first =
        selectFrom(INTERACTION)
            .where(INTERACTION.TENANT_ID.eq(tenantId))
            .and(INTERACTION.CUSTOMER_ID.eq(field("given.customer_id", String.class)))
            .and(INTERACTION.IDEMPOTENCY_KEY.eq(field("given.idempotency_key", String.class)))
            .limit(1)
            .asTable("first");
    return db.select(first.fields())
        .from(
            "unnest({0}, {1}) as given (customer_id, idempotency_key)",
            val(Columns.of(rows, InteractionRecord::getCustomerId)),
            val(Columns.of(rows, InteractionRecord::getIdempotencyKey)))
        .crossJoin(lateral(first))
        .fetchInto(INTERACTION);
  }

  /// Up to `limit` interactions after `position`, newest first.
  Found list(
      DSLContext db, String tenantId, Filter filter, Optional<Position> position, int limit) {
    Table<Record1<Long>> whole = total(tenantId, filter).asTable("whole", "total");
    Table<InteractionRecord> page =
        db.selectFrom(INTERACTION)
            .where(matching(tenantId, filter))
            .and(position.map(InteractionRepository::after).orElse(noCondition()))
            .orderBy(INTERACTION.OCCURRED_AT.desc(), INTERACTION.INTERACTION_ID.desc())
            .limit(limit)
            .asTable("page");
    // One statement, hence one snapshot; the total comes even when the page is empty.
    var rows =
        db.select(whole.field(0, Long.class))
            .select(page.fields())
            .from(whole)
            .leftJoin(page)
            .on(trueCondition())
            .orderBy(
                page.field(INTERACTION.OCCURRED_AT).desc(),
                page.field(INTERACTION.INTERACTION_ID).desc())
            .fetch();
    return new Found(
        rows.getFirst().get(0, Long.class),
        rows.stream()
            .filter(found -> found.get(page.field(INTERACTION.INTERACTION_ID)) != null)
            .map(found -> found.into(INTERACTION))
            .toList());
  }

  /// How many interactions match. Without conditions that the daily counts do not know, those
  /// answer in no time, however long the history.
  private static Select<Record1<Long>> total(String tenantId, Filter filter) {
    boolean daily =
        filter.customerId().isEmpty()
            && filter.type().isEmpty()
            && filter.from().isEmpty()
            && filter.to().isEmpty();
    if (!daily) {
      return select(count().coerce(Long.class)).from(INTERACTION).where(matching(tenantId, filter));
    }
    if (filter.offerId().isEmpty()) {
      return select(coalesce(sum(INTERACTION_DAILY_BY_CHANNEL.INTERACTIONS), 0).cast(Long.class))
          .from(INTERACTION_DAILY_BY_CHANNEL)
          .where(INTERACTION_DAILY_BY_CHANNEL.TENANT_ID.eq(tenantId))
          .and(equal(INTERACTION_DAILY_BY_CHANNEL.CHANNEL_ID, filter.channelId()));
    }
    return select(coalesce(sum(INTERACTION_DAILY.INTERACTIONS), 0).cast(Long.class))
        .from(INTERACTION_DAILY)
        .where(INTERACTION_DAILY.TENANT_ID.eq(tenantId))
        .and(equal(INTERACTION_DAILY.OFFER_ID, filter.offerId()))
        .and(equal(INTERACTION_DAILY.CHANNEL_ID, filter.channelId()));
  }

  private static Condition matching(String tenantId, Filter filter) {
    return INTERACTION
        .TENANT_ID
        .eq(tenantId)
        .and(INTERACTION.SUPERSEDED_AT.isNull())
        .and(equal(INTERACTION.CUSTOMER_ID, filter.customerId()))
        .and(equal(INTERACTION.TYPE, filter.type()))
        .and(equal(INTERACTION.OFFER_ID, filter.offerId()))
        .and(equal(INTERACTION.CHANNEL_ID, filter.channelId()))
        .and(filter.from().map(INTERACTION.OCCURRED_AT::ge).orElse(noCondition()))
        .and(filter.to().map(INTERACTION.OCCURRED_AT::lt).orElse(noCondition()));
  }

  private static Condition equal(Field<String> column, Optional<String> value) {
    return value.map(column::eq).orElse(noCondition());
  }

  private static Condition after(Position position) {
    return row(INTERACTION.OCCURRED_AT, INTERACTION.INTERACTION_ID)
        .lt(position.occurredAt(), position.id());
  }
}
