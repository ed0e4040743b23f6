package sextant.dashboard.query;

import sextant.dashboard.v1.GetDegradedScoringRequest;
import sextant.dashboard.v1.GetDegradedScoringResponse;

/// `degraded_scoring`: how often scoring fell back.
final class DegradedScoring {

  private DegradedScoring() {}

  static GetDegradedScoringResponse read(Reading reading, GetDegradedScoringRequest request) {
    Window window = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    var counts =
        reading
            .db()
            .select(Counted.sumOf("degraded"), Counted.sumOf("scored_or_degraded"))
            .from(Sources.TRACES.totals(reading, window, new Audience.Everyone()).table())
            .fetchSingle();
    long total = counts.value2().longValueExact();
    return GetDegradedScoringResponse.newBuilder()
        .setDegradedCount(counts.value1().longValueExact())
        .setTotalCount(total)
        .setDays(Window.orDefault(request.getDays()))
        .setHasData(total > 0)
        .build();
  }
}
