package sextant.dashboard.query;

import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.selectOne;
import static sextant.dashboard.jooq.dashboard.Tables.CREATIVE;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record4;
import sextant.dashboard.v1.FunnelStage;
import sextant.dashboard.v1.GetFunnelResponse;

/// `funnel`: from all offers to those that can be shown.
final class Funnel {

  private Funnel() {}

  static GetFunnelResponse read(Reading reading) {
    Condition active = OFFER.STATUS.eq("active");
    Condition activeCreatives =
        CREATIVE.TENANT_ID.eq(reading.tenantId()).and(CREATIVE.STATUS.eq("active"));
    Condition withCreatives =
        exists(
            selectOne().from(CREATIVE).where(activeCreatives).and(CREATIVE.OFFER_ID.eq(OFFER.ID)));
    Record4<Integer, Integer, Integer, Integer> counts =
        reading
            .db()
            .fetchSingle(
                select(
                    offers(reading, OFFER.STATUS.ne("archived")),
                    offers(reading, active),
                    offers(reading, active.and(withCreatives)),
                    field(selectCount().from(CREATIVE).where(activeCreatives))));
    return GetFunnelResponse.newBuilder()
        .addStages(stage("Total Offers", counts.value1()))
        .addStages(stage("Active Offers", counts.value2()))
        .addStages(stage("With Creatives", counts.value3()))
        .addStages(stage("Creatives", counts.value4()))
        .build();
  }

  private static Field<Integer> offers(Reading reading, Condition condition) {
    return field(
        selectCount().from(OFFER).where(OFFER.TENANT_ID.eq(reading.tenantId())).and(condition));
  }

  private static FunnelStage stage(String label, int count) {
    return FunnelStage.newBuilder().setLabel(label).setCount(count).build();
  }
}
