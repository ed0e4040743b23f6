package sextant.dashboard.query;

import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static sextant.dashboard.jooq.dashboard.Tables.CHANNEL;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.Field;
import org.jooq.Table;
import sextant.dashboard.query.Anomaly.Quotient;
import sextant.dashboard.query.Reception.Part;
import sextant.dashboard.v1.AnomalyCandidate;
import sextant.dashboard.v1.AnomalyPeriod;
import sextant.dashboard.v1.AnomalySeverity;
import sextant.dashboard.v1.GetAnomalyCandidatesRequest;
import sextant.dashboard.v1.GetAnomalyCandidatesResponse;
import sextant.kit.rpc.Timestamps;

/// `anomaly_candidates`: core metrics that differ from the window before.
final class AnomalyCandidates {

  private static final int RATE_DECIMALS = 4;
  private static final int MONEY_DECIMALS = 6;

  private AnomalyCandidates() {}

  static GetAnomalyCandidatesResponse read(Reading reading, GetAnomalyCandidatesRequest request) {
    Window current = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    int days = Window.orDefault(request.getDays());
    Window baseline = current.before(request.hasBaselineDays() ? request.getBaselineDays() : days);
    Map<Part, Reception> before = Reception.read(reading, baseline);
    Map<Part, Reception> now = Reception.read(reading, current);
    List<Anomaly> changes = new ArrayList<>();
    addAcceptance(before, now, changes);
    addRevenue(reading, baseline, current, now, changes);
    addDegraded(reading, baseline, current, changes);
    changes.removeIf(change -> change.severity() == AnomalySeverity.ANOMALY_SEVERITY_UNSPECIFIED);
    changes.sort(Anomaly.ORDER);
    return GetAnomalyCandidatesResponse.newBuilder()
        .addAllData(named(reading, changes))
        .setPeriod(
            AnomalyPeriod.newBuilder()
                .setCurrentDays(days)
                .setBaselineDays(baseline.length())
                .setSince(Timestamps.of(current.start())))
        .build();
  }

  private static void addAcceptance(
      Map<Part, Reception> before, Map<Part, Reception> now, List<Anomaly> changes) {
    now.forEach(
        (part, after) ->
            addRate(
                "acceptance_rate",
                part,
                before.getOrDefault(part, Reception.NONE).positive(),
                before.getOrDefault(part, Reception.NONE).impressions(),
                after.positive(),
                after.impressions(),
                changes));
  }

  private static void addRate(
      String metric,
      Part part,
      long baselineHits,
      long baselineTries,
      long currentHits,
      long currentTries,
      List<Anomaly> changes) {
    if (baselineTries > 0 && currentTries > 0) {
      changes.add(
          new Anomaly(
              metric,
              part.dimension(),
              part.key(),
              Quotient.of(baselineHits, baselineTries),
              Quotient.of(currentHits, currentTries),
              ZScore.ofProportions(baselineHits, baselineTries, currentHits, currentTries),
              RATE_DECIMALS));
    }
  }

  /// Offers without revenue before have neither a change in percent nor a deviation to compare
  /// with.
  private static void addRevenue(
      Reading reading,
      Window baseline,
      Window current,
      Map<Part, Reception> now,
      List<Anomaly> changes) {
    Field<String> offerId = Counted.key("offer_id");
    Table<?> offerDays =
        select(offerId, Counted.sumOf("value"))
            .from(
                Sources.INTERACTIONS_BY_OFFER
                    .byDay(reading, baseline, new Audience.Everyone())
                    .table())
            .where(offerId.ne(""))
            .groupBy(offerId, Counted.number(Counted.DAY_NUMBER))
            .asTable("offer_days");
    Field<String> id = offerDays.field("offer_id", String.class);
    Field<BigDecimal> revenue = offerDays.field("value", BigDecimal.class);
    reading
        .db()
        .select(id, sum(revenue), sum(revenue.times(revenue)))
        .from(offerDays)
        .groupBy(id)
        .forEach(
            row -> {
              Part part = Part.offer(row.value1());
              Quotient before = new Quotient(row.value2(), BigDecimal.valueOf(baseline.length()));
              Quotient after =
                  new Quotient(
                      now.getOrDefault(part, Reception.NONE).revenue(),
                      BigDecimal.valueOf(current.length()));
              double zscore =
                  ZScore.ofMean(
                      after.minus(before).doubleValue(),
                      current.length() - 1,
                      row.value2(),
                      row.value3(),
                      baseline.length());
              changes.add(
                  new Anomaly(
                      "revenue",
                      part.dimension(),
                      part.key(),
                      before,
                      after,
                      zscore,
                      MONEY_DECIMALS));
            });
  }

  private static void addDegraded(
      Reading reading, Window baseline, Window current, List<Anomaly> changes) {
    long[] before = degraded(reading, baseline);
    long[] after = degraded(reading, current);
    addRate(
        "degraded_scoring_rate", Part.OVERALL, before[0], before[1], after[0], after[1], changes);
  }

  /// Degraded traces and all that were scored.
  private static long[] degraded(Reading reading, Window window) {
    var counts =
        reading
            .db()
            .select(Counted.total("degraded"), Counted.total("scored_or_degraded"))
            .from(Sources.TRACES.totals(reading, window, new Audience.Everyone()).table())
            .fetchSingle();
    return new long[] {counts.value1().longValueExact(), counts.value2().longValueExact()};
  }

  private static List<AnomalyCandidate> named(Reading reading, List<Anomaly> changes) {
    Names offers = Names.of(reading, OFFER, keys(changes, "offer"));
    Names channels = Names.of(reading, CHANNEL, keys(changes, "channel"));
    return changes.stream()
        .map(
            change ->
                change.toMessage(
                    switch (change.dimension()) {
                      case "offer" -> offers.get(change.key());
                      case "channel" -> channels.get(change.key());
                      default -> "Overall";
                    }))
        .toList();
  }

  private static List<String> keys(List<Anomaly> changes, String dimension) {
    return changes.stream()
        .filter(change -> change.dimension().equals(dimension))
        .map(Anomaly::key)
        .distinct()
        .toList();
  }
}
