package sextant.dashboard.decision;

import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.trueCondition;
import static sextant.dashboard.jooq.dashboard.Tables.CHANNEL;
import static sextant.dashboard.jooq.dashboard.Tables.CREATIVE;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;
import static sextant.dashboard.jooq.dashboard.Tables.SUPPRESSION;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Table;

/// Finds the offers that a decision is between.
final class Contenders {

  private static final String ACTIVE = "active";

  /// As many as a trace tells about; those that fit come first.
  private static final int MAX_CONTENDERS = 100;

  private Contenders() {}

  /// The active offers, as they are to this customer on this channel (its id or its name; empty: on
  /// any).
  static List<Contender> find(
      DSLContext db, String tenantId, String customerId, Optional<String> channel, Instant now) {
    Table<?> creative = creative(tenantId, channel);
    Table<?> suppression = suppression(tenantId, customerId, now);
    return db.select(
            OFFER.ID,
            OFFER.PRIORITY,
            creative.field(CREATIVE.ID),
            creative.field(CREATIVE.CHANNEL_ID),
            suppression.field(SUPPRESSION.POLICY_TYPE))
        .from(OFFER)
        .leftJoin(lateral(creative))
        .on(trueCondition())
        .leftJoin(lateral(suppression))
        .on(trueCondition())
        .where(OFFER.TENANT_ID.eq(tenantId))
        .and(OFFER.STATUS.eq(ACTIVE))
        .orderBy(
            creative.field(CREATIVE.ID).isNull(),
            suppression.field(SUPPRESSION.POLICY_TYPE).isNotNull(),
            OFFER.PRIORITY.desc(),
            OFFER.ID.collate("C"))
        .limit(MAX_CONTENDERS)
        .fetch(row -> contender(row, creative, suppression));
  }

  private static Contender contender(Record row, Table<?> creative, Table<?> suppression) {
    return new Contender(
        row.get(OFFER.ID),
        row.get(OFFER.PRIORITY),
        Optional.ofNullable(row.get(creative.field(CREATIVE.ID)))
            .map(id -> new Contender.Creative(id, row.get(creative.field(CREATIVE.CHANNEL_ID)))),
        Optional.ofNullable(row.get(suppression.field(SUPPRESSION.POLICY_TYPE))));
  }

  /// The first active creative of the offer on the channel.
  private static Table<?> creative(String tenantId, Optional<String> channel) {
    return select(CREATIVE.ID, CREATIVE.CHANNEL_ID)
        .from(CREATIVE)
        .where(CREATIVE.TENANT_ID.eq(tenantId))
        .and(CREATIVE.OFFER_ID.eq(OFFER.ID))
        .and(CREATIVE.STATUS.eq(ACTIVE))
        .and(channel.map(name -> isOn(tenantId, name)).orElse(noCondition()))
        .orderBy(CREATIVE.ID.collate("C"))
        .limit(1)
        .asTable("creative");
  }

  private static Condition isOn(String tenantId, String channel) {
    return CREATIVE
        .CHANNEL_ID
        .eq(channel)
        .or(
            exists(
                selectOne()
                    .from(CHANNEL)
                    .where(CHANNEL.TENANT_ID.eq(tenantId))
                    .and(CHANNEL.ID.eq(CREATIVE.CHANNEL_ID))
                    .and(CHANNEL.NAME.eq(channel))));
  }

  /// A suppression in force that covers the offer.
  private static Table<?> suppression(String tenantId, String customerId, Instant now) {
    return select(SUPPRESSION.POLICY_TYPE)
        .from(SUPPRESSION)
        .where(SUPPRESSION.TENANT_ID.eq(tenantId))
        .and(SUPPRESSION.CUSTOMER_ID.eq(customerId))
        .and(SUPPRESSION.EXPIRES_AT.isNull().or(SUPPRESSION.EXPIRES_AT.gt(now)))
        .and(
            SUPPRESSION
                .SCOPE
                .eq("global")
                .or(SUPPRESSION.SCOPE.eq("offer").and(SUPPRESSION.SCOPE_ID.eq(OFFER.ID)))
                .or(
                    SUPPRESSION
                        .SCOPE
                        .eq("category")
                        .and(SUPPRESSION.SCOPE_ID.eq(OFFER.CATEGORY_ID))))
        .orderBy(SUPPRESSION.ID.collate("C"))
        .limit(1)
        .asTable("suppression");
  }
}
