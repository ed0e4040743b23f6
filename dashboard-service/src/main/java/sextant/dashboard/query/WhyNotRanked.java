package sextant.dashboard.query;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.select;
import static sextant.dashboard.jooq.dashboard.Tables.BEATEN_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.CANDIDATE_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_TRACE;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import java.math.BigDecimal;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import sextant.dashboard.v1.BeatenBy;
import sextant.dashboard.v1.GetWhyNotRankedRequest;
import sextant.dashboard.v1.GetWhyNotRankedResponse;
import sextant.dashboard.v1.MissReasons;

/// `why_not_ranked`: how often an offer was a candidate and not selected, and why.
final class WhyNotRanked {

  private static final int CAP = 1_000;
  private static final int MAX_BEATEN_BY = 5;

  /// What the traces that are looked at count.
  private record Look(Counted candidates, Counted beaten, long traces) {}

  private WhyNotRanked() {}

  static GetWhyNotRankedResponse read(Reading reading, GetWhyNotRankedRequest request) {
    Window window = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    Audience audience = reading.audience(request.getSegmentId());
    Look look =
        request.getExact() ? all(reading, window, audience) : newest(reading, window, audience);
    GetWhyNotRankedResponse.Builder response =
        GetWhyNotRankedResponse.newBuilder()
            .setOfferId(request.getOfferId())
            .setOfferName(
                Names.of(reading, OFFER, List.of(request.getOfferId())).get(request.getOfferId()))
            .setPeriod(Periods.of(request.getDays(), window))
            .setSampleSize(look.traces());
    if (!request.getExact()) {
      response.setSampleCap(CAP);
    }
    addCounts(counts(reading, look, request.getOfferId()), response);
    response.getMissReasonsBuilder().addAllBeatenBy(beatenBy(reading, look, request.getOfferId()));
    return response.build();
  }

  private static Look all(Reading reading, Window window, Audience audience) {
    return new Look(
        Sources.CANDIDATES_BY_OFFER.totals(reading, window, audience),
        Sources.BEATEN.totals(reading, window, audience),
        reading
            .db()
            .select(Counted.total("traces"))
            .from(Sources.TRACES.totals(reading, window, audience).table())
            .fetchSingle()
            .value1()
            .longValueExact());
  }

  private static Look newest(Reading reading, Window window, Audience audience) {
    SampledTraces sample =
        SampledTraces.read(
            new Sample(reading, window, audience.contains(DECISION_TRACE.CUSTOMER_ID), CAP));
    return new Look(sample.of(CANDIDATE_FACT), sample.of(BEATEN_FACT), sample.size());
  }

  private static Record counts(Reading reading, Look look, String offerId) {
    return reading
        .db()
        .fetchSingle(
            select(
                    Counted.sumOf("candidates"),
                    Counted.sumOf("selected"),
                    Counted.sumOf("scored"),
                    Counted.sumOf("score_sum"),
                    Counted.sumOf("filtered_by_policy"),
                    Counted.sumOf("filtered_by_qualification"),
                    Counted.sumOf("scored_too_low"))
                .select(Ranks.SUMS)
                .from(look.candidates().table())
                .where(Counted.key("offer_id").eq(offerId)));
  }

  private static void addCounts(Record counts, GetWhyNotRankedResponse.Builder response) {
    long eligible = counts.get("candidates", long.class);
    long selected = counts.get("selected", long.class);
    response
        .setTimesEligible(eligible)
        .setTimesSelected(selected)
        .setMissRate(Rounding.ratio(eligible - selected, eligible, 3))
        .setMissReasons(
            MissReasons.newBuilder()
                .setScoredTooLow(counts.get("scored_too_low", long.class))
                .setFilteredByContactPolicy(counts.get("filtered_by_policy", long.class))
                .setFilteredByQualification(counts.get("filtered_by_qualification", long.class)))
        .addAllRankDistribution(Ranks.of(counts))
        .setAvgScore(
            Rounding.mean(
                counts.get("score_sum", BigDecimal.class), counts.get("scored", long.class), 3));
  }

  private static List<BeatenBy> beatenBy(Reading reading, Look look, String offerId) {
    Field<String> winner = Counted.key("beaten_by");
    Table<?> winners =
        select(winner, Counted.sumOf("traces"))
            .from(look.beaten().table())
            .where(Counted.key("offer_id").eq(offerId))
            .groupBy(winner)
            .having(Counted.total("traces").gt(BigDecimal.ZERO))
            .orderBy(Counted.total("traces").desc(), Sql.byId(winner))
            .limit(MAX_BEATEN_BY)
            .asTable("winners");
    Field<String> winnerId = winners.field("beaten_by", String.class);
    Field<BigDecimal> traces = winners.field("traces", BigDecimal.class);
    return reading
        .db()
        .select(winnerId, coalesce(OFFER.NAME, winnerId), traces)
        .from(winners)
        .leftJoin(OFFER)
        .on(OFFER.TENANT_ID.eq(reading.tenantId()).and(OFFER.ID.eq(winnerId)))
        .orderBy(traces.desc(), Sql.byId(winnerId))
        .fetch(
            row ->
                BeatenBy.newBuilder()
                    .setOfferId(row.value1())
                    .setOfferName(row.value2())
                    .setCount(row.value3().longValueExact())
                    .build());
  }
}
