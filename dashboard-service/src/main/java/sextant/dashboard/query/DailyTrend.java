package sextant.dashboard.query;

import java.util.Map;
import org.jooq.Record;
import sextant.dashboard.v1.DailyTrendRow;
import sextant.dashboard.v1.GetDailyTrendRequest;
import sextant.dashboard.v1.GetDailyTrendResponse;

/// `daily_trend`: impressions and conversions by day.
final class DailyTrend {

  private DailyTrend() {}

  static GetDailyTrendResponse read(Reading reading, GetDailyTrendRequest request) {
    Window window = Window.trend(request.getDays(), request.getTimezone(), reading.now());
    Map<Integer, Record> days =
        DayCounts.byDay(
            reading,
            window,
            reading.audience(request.getSegmentId()),
            "impressions",
            "conversions");
    GetDailyTrendResponse.Builder response = GetDailyTrendResponse.newBuilder();
    for (int number = 1; number <= window.length(); number++) {
      DailyTrendRow.Builder row =
          response.addDataBuilder().setName(Labels.monthAndDay(window.day(number)));
      Record day = days.get(number);
      if (day != null) {
        row.setImpressions(day.get("impressions", long.class))
            .setConversions(day.get("conversions", long.class));
      }
    }
    return response.build();
  }
}
