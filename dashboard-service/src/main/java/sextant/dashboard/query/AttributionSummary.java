package sextant.dashboard.query;

import static sextant.dashboard.jooq.dashboard.Tables.ATTRIBUTION_TOTAL;

import java.math.BigDecimal;
import sextant.dashboard.v1.AttributionSummaryRow;
import sextant.dashboard.v1.GetAttributionSummaryResponse;
import sextant.dashboard.value.Decimals;

/// `attribution_summary`: attribution results of all time by model.
final class AttributionSummary {

  private static final int MONEY_DECIMALS = 6;

  private AttributionSummary() {}

  static GetAttributionSummaryResponse read(Reading reading) {
    GetAttributionSummaryResponse.Builder response = GetAttributionSummaryResponse.newBuilder();
    reading
        .db()
        .select(
            ATTRIBUTION_TOTAL.MODEL, ATTRIBUTION_TOTAL.CONVERSIONS, ATTRIBUTION_TOTAL.TOTAL_VALUE)
        .from(ATTRIBUTION_TOTAL)
        .where(ATTRIBUTION_TOTAL.TENANT_ID.eq(reading.tenantId()))
        .and(ATTRIBUTION_TOTAL.CONVERSIONS.gt(0L))
        .orderBy(ATTRIBUTION_TOTAL.TOTAL_VALUE.desc(), Sql.byId(ATTRIBUTION_TOTAL.MODEL))
        .forEach(row -> response.addData(row(row.value1(), row.value2(), row.value3())));
    return response
        .setTotalConversions(
            response.getDataList().stream().mapToLong(AttributionSummaryRow::getConversions).sum())
        .build();
  }

  private static AttributionSummaryRow row(String model, long conversions, BigDecimal total) {
    return AttributionSummaryRow.newBuilder()
        .setModel(model)
        .setConversions(conversions)
        .setTotalValue(Decimals.format(total))
        .setAvgValue(
            Decimals.format(Rounding.ratio(total, BigDecimal.valueOf(conversions), MONEY_DECIMALS)))
        .build();
  }
}
