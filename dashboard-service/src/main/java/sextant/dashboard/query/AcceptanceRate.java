package sextant.dashboard.query;

import static org.jooq.impl.DSL.coalesce;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import java.math.BigDecimal;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import sextant.dashboard.v1.AcceptanceRateRow;
import sextant.dashboard.v1.GetAcceptanceRateRequest;
import sextant.dashboard.v1.GetAcceptanceRateResponse;

/// `acceptance_rate`: how offers with interactions were received.
final class AcceptanceRate {

  private AcceptanceRate() {}

  static GetAcceptanceRateResponse read(Reading reading, GetAcceptanceRateRequest request) {
    Window window = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    Table<?> received =
        OfferCounts.byOffer(
            reading, window, reading.audience(request.getSegmentId()), "positive", "negative");
    Field<BigDecimal> impressions = received.field("impressions", BigDecimal.class);
    Field<String> offerId = received.field("offer_id", String.class);
    GetAcceptanceRateResponse.Builder response = GetAcceptanceRateResponse.newBuilder();
    reading
        .db()
        .select(received.fields())
        .select(coalesce(OFFER.NAME, offerId).as("name"))
        .from(received)
        .leftJoin(OFFER)
        .on(OFFER.TENANT_ID.eq(reading.tenantId()).and(OFFER.ID.eq(offerId)))
        .orderBy(impressions.desc(), Sql.byId(offerId))
        .forEach(row -> response.addData(row(row)));
    return response
        .setTotal(response.getDataCount())
        .setPeriod(Periods.of(request.getDays(), window))
        .build();
  }

  private static AcceptanceRateRow row(Record row) {
    long impressions = row.get("impressions", long.class);
    long positive = row.get("positive", long.class);
    return AcceptanceRateRow.newBuilder()
        .setOfferId(row.get("offer_id", String.class))
        .setOfferName(row.get("name", String.class))
        .setImpressions(impressions)
        .setPositive(positive)
        .setNegative(row.get("negative", long.class))
        .setAcceptanceRate(Rounding.ratio(positive, impressions, 4))
        .build();
  }
}
