package sextant.dashboard.query;

import static org.jooq.impl.DSL.select;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jooq.Field;
import org.jooq.Record;

/// Counts of interactions by day, for the trends.
final class DayCounts {

  private DayCounts() {}

  /// The days with interactions: by day number, their `interactions` and these counters.
  static Map<Integer, Record> byDay(
      Reading reading, Window window, Audience audience, String... counters) {
    Field<Integer> dayNumber = Counted.number(Counted.DAY_NUMBER);
    List<Field<?>> sums = Arrays.stream(counters).<Field<?>>map(Counted::sumOf).toList();
    return reading
        .db()
        .fetch(
            select(dayNumber, Counted.sumOf("interactions"))
                .select(sums)
                .from(Sources.INTERACTIONS_BY_CHANNEL.byDay(reading, window, audience).table())
                .groupBy(dayNumber)
                .having(Counted.total("interactions").gt(BigDecimal.ZERO)))
        .intoMap(dayNumber, row -> row);
  }
}
