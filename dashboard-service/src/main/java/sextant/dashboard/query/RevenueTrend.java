package sextant.dashboard.query;

import java.math.BigDecimal;
import java.util.Map;
import org.jooq.Record;
import sextant.dashboard.v1.GetRevenueTrendRequest;
import sextant.dashboard.v1.GetRevenueTrendResponse;
import sextant.dashboard.value.Decimals;

/// `revenue_trend`: revenue by day.
final class RevenueTrend {

  private RevenueTrend() {}

  static GetRevenueTrendResponse read(Reading reading, GetRevenueTrendRequest request) {
    Window window = Window.trend(request.getDays(), request.getTimezone(), reading.now());
    Map<Integer, Record> days =
        DayCounts.byDay(reading, window, reading.audience(request.getSegmentId()), "value");
    GetRevenueTrendResponse.Builder response =
        GetRevenueTrendResponse.newBuilder().setHasRealData(!days.isEmpty());
    for (int number = 1; number <= window.length(); number++) {
      Record day = days.get(number);
      BigDecimal revenue = day == null ? BigDecimal.ZERO : day.get("value", BigDecimal.class);
      response
          .addDataBuilder()
          .setName(Labels.monthAndDay(window.day(number)))
          .setRevenue(Decimals.format(revenue));
    }
    return response.build();
  }
}
