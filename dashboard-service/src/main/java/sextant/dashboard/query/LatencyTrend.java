package sextant.dashboard.query;

import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import java.math.BigDecimal;
import org.jooq.Field;
import org.jooq.Table;
import sextant.dashboard.v1.GetLatencyTrendRequest;
import sextant.dashboard.v1.GetLatencyTrendResponse;
import sextant.dashboard.v1.LatencyTrendRow;

/// `latency_trend`: nearest-rank percentiles of decision latency by day.
final class LatencyTrend {

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private LatencyTrend() {}

  static GetLatencyTrendResponse read(Reading reading, GetLatencyTrendRequest request) {
    Window window = Window.trend(request.getDays(), request.getTimezone(), reading.now());
    Field<Integer> dayNumber = Counted.number(Counted.DAY_NUMBER);
    Field<Integer> latency = Counted.number("total_latency_ms");
    Table<?> ranked =
        select(
                dayNumber,
                latency,
                sum(Counted.total("traces"))
                    .over()
                    .partitionBy(dayNumber)
                    .orderBy(latency)
                    .as("rank"),
                sum(Counted.total("traces")).over().partitionBy(dayNumber).as("size"))
            .from(Sources.LATENCIES.byDay(reading, window, new Audience.Everyone()).table())
            .groupBy(dayNumber, latency)
            .having(Counted.total("traces").gt(BigDecimal.ZERO))
            .asTable("ranked");
    GetLatencyTrendResponse.Builder response = GetLatencyTrendResponse.newBuilder();
    reading
        .db()
        .select(ranked.field(dayNumber), percentile(ranked, 50), percentile(ranked, 99))
        .from(ranked)
        .groupBy(ranked.field(dayNumber))
        .orderBy(ranked.field(dayNumber))
        .forEach(
            row ->
                response.addData(
                    LatencyTrendRow.newBuilder()
                        .setName(Labels.weekday(window.day(row.value1())))
                        .setP50(row.value2())
                        .setP99(row.value3())));
    return response.setHasRealData(response.getDataCount() > 0).build();
  }

  /// The least latency that at least `percent` percent of the traces do not exceed.
  private static Field<Integer> percentile(Table<?> ranked, int percent) {
    return min(ranked.field("total_latency_ms", Integer.class))
        .filterWhere(
            ranked
                .field("rank", BigDecimal.class)
                .times(HUNDRED)
                .ge(ranked.field("size", BigDecimal.class).times(percent)));
  }
}
