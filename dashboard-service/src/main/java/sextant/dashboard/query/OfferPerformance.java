package sextant.dashboard.query;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.selectCount;
import static sextant.dashboard.jooq.dashboard.Tables.CREATIVE;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import java.math.BigDecimal;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import sextant.dashboard.v1.GetOfferPerformanceRequest;
import sextant.dashboard.v1.GetOfferPerformanceResponse;
import sextant.dashboard.v1.OfferPerformanceRow;
import sextant.dashboard.value.Decimals;

/// `offer_performance`: the active offers with the most impressions.
final class OfferPerformance {

  private static final int MAX_OFFERS = 20;
  private static final String ACTIVE = "active";

  private OfferPerformance() {}

  static GetOfferPerformanceResponse read(Reading reading, GetOfferPerformanceRequest request) {
    Window window = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    Table<?> received =
        OfferCounts.byOffer(
            reading, window, reading.audience(request.getSegmentId()), "conversions", "value");
    Field<BigDecimal> impressions = orZero(received, "impressions");
    GetOfferPerformanceResponse.Builder response = GetOfferPerformanceResponse.newBuilder();
    reading
        .db()
        .select(OFFER.ID, OFFER.NAME, OFFER.PRIORITY)
        .select(
            impressions.as("impressions"),
            orZero(received, "conversions").as("conversions"),
            orZero(received, "value").as("value"))
        .select(
            field(
                    selectCount()
                        .from(CREATIVE)
                        .where(CREATIVE.TENANT_ID.eq(reading.tenantId()))
                        .and(CREATIVE.OFFER_ID.eq(OFFER.ID))
                        .and(CREATIVE.STATUS.eq(ACTIVE)))
                .as("creatives"))
        .from(OFFER)
        .leftJoin(received)
        .on(received.field("offer_id", String.class).eq(OFFER.ID))
        .where(OFFER.TENANT_ID.eq(reading.tenantId()))
        .and(OFFER.STATUS.eq(ACTIVE))
        .orderBy(impressions.desc(), Sql.byId(OFFER.ID))
        .limit(MAX_OFFERS)
        .forEach(row -> response.addData(row(row)));
    return response.build();
  }

  private static Field<BigDecimal> orZero(Table<?> received, String counter) {
    return coalesce(received.field(counter, BigDecimal.class), inline(BigDecimal.ZERO));
  }

  private static OfferPerformanceRow row(Record row) {
    long impressions = row.get("impressions", long.class);
    long conversions = row.get("conversions", long.class);
    return OfferPerformanceRow.newBuilder()
        .setOfferId(row.get(OFFER.ID))
        .setName(row.get(OFFER.NAME))
        .setPriority(row.get(OFFER.PRIORITY))
        .setCreativeCount(row.get("creatives", long.class))
        .setImpressions(impressions)
        .setConversions(conversions)
        .setRevenue(Decimals.format(row.get("value", BigDecimal.class)))
        .setConversionRate(Rounding.percent(conversions, impressions))
        .build();
  }
}
