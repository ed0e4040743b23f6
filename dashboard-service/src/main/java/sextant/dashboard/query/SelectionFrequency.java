package sextant.dashboard.query;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static sextant.dashboard.jooq.dashboard.Tables.CANDIDATE_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_CANDIDATE;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_TRACE;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;

import java.math.BigDecimal;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import sextant.dashboard.v1.GetSelectionFrequencyRequest;
import sextant.dashboard.v1.GetSelectionFrequencyResponse;
import sextant.dashboard.v1.SelectionFrequencyRow;

/// `selection_frequency`: how often offers are eligible, scored and selected, and at which ranks.
final class SelectionFrequency {

  private static final int CAP = 10_000;

  /// Counts by offer, and the number of traces that were looked at.
  private record Look(Table<?> byOffer, long traces) {}

  private SelectionFrequency() {}

  static GetSelectionFrequencyResponse read(Reading reading, GetSelectionFrequencyRequest request) {
    Window window = Window.lookback(request.getDays(), request.getTimezone(), reading.now());
    Audience audience = reading.audience(request.getSegmentId());
    Look look =
        request.getExact()
            ? all(reading, window, audience, request)
            : newest(reading, window, audience, request);
    GetSelectionFrequencyResponse.Builder response = GetSelectionFrequencyResponse.newBuilder();
    Field<String> offerId = look.byOffer().field("offer_id", String.class);
    reading
        .db()
        .select(look.byOffer().fields())
        .select(coalesce(OFFER.NAME, offerId).as("name"))
        .from(look.byOffer())
        .leftJoin(OFFER)
        .on(OFFER.TENANT_ID.eq(reading.tenantId()).and(OFFER.ID.eq(offerId)))
        .where(
            request.hasCategoryId() ? OFFER.CATEGORY_ID.eq(request.getCategoryId()) : noCondition())
        .orderBy(look.byOffer().field("selected", BigDecimal.class).desc(), Sql.byId(offerId))
        .forEach(row -> response.addData(row(row)));
    return response
        .setTotalTraces(look.traces())
        .setPeriod(Periods.of(request.getDays(), window))
        .build();
  }

  private static Look all(
      Reading reading, Window window, Audience audience, GetSelectionFrequencyRequest request) {
    Condition filter = filter(request, Counted.key("channel_id"), Counted.key("decision_flow_key"));
    BigDecimal traces =
        reading
            .db()
            .select(Counted.total("traces"))
            .from(Sources.TRACES.totals(reading, window, audience).table())
            .where(filter)
            .fetchSingle()
            .value1();
    Counts candidates =
        request.hasChannelId() || request.hasDecisionFlowId()
            ? Sources.CANDIDATES
            : Sources.CANDIDATES_BY_OFFER;
    return new Look(
        byOffer(candidates.totals(reading, window, audience), filter), traces.longValueExact());
  }

  private static Look newest(
      Reading reading, Window window, Audience audience, GetSelectionFrequencyRequest request) {
    Condition filter = filter(request, DECISION_TRACE.CHANNEL_ID, DECISION_TRACE.DECISION_FLOW_KEY);
    Sample sample =
        new Sample(reading, window, filter.and(audience.contains(DECISION_TRACE.CUSTOMER_ID)), CAP);
    return switch (audience) {
      case Audience.Everyone everyone ->
          new Look(
              NewestCandidates.byOffer(
                  sample,
                  filter(
                      request,
                      DECISION_CANDIDATE.CHANNEL_ID,
                      DECISION_CANDIDATE.DECISION_FLOW_KEY)),
              sample.size());
      case Audience.Segment segment -> {
        SampledTraces traces = SampledTraces.read(sample);
        yield new Look(byOffer(traces.of(CANDIDATE_FACT), noCondition()), traces.size());
      }
    };
  }

  private static Condition filter(
      GetSelectionFrequencyRequest request,
      Field<String> channelId,
      Field<String> decisionFlowKey) {
    return (request.hasChannelId() ? channelId.eq(request.getChannelId()) : noCondition())
        .and(
            request.hasDecisionFlowId()
                ? decisionFlowKey.eq(request.getDecisionFlowId())
                : noCondition());
  }

  private static Table<?> byOffer(Counted candidates, Condition filter) {
    Field<String> offerId = Counted.key("offer_id");
    return select(offerId)
        .select(
            Counted.sumOf("eligible"),
            Counted.sumOf("scored"),
            Counted.sumOf("selected"),
            Counted.sumOf("rank_sum"))
        .select(Ranks.SUMS)
        .from(candidates.table())
        .where(filter)
        .groupBy(offerId)
        .having(Counted.total("candidates").gt(BigDecimal.ZERO))
        .asTable("offers");
  }

  private static SelectionFrequencyRow row(Record row) {
    long eligible = row.get("eligible", long.class);
    long scored = row.get("scored", long.class);
    long selected = row.get("selected", long.class);
    List<Long> ranks = Ranks.of(row);
    return SelectionFrequencyRow.newBuilder()
        .setOfferId(row.get("offer_id", String.class))
        .setOfferName(row.get("name", String.class))
        .setEligibleCount(eligible)
        .setScoredCount(scored)
        .setSelectedCount(selected)
        .setSelectionRate(Rounding.ratio(selected, eligible, 3))
        .setAvgRank(Rounding.mean(row.get("rank_sum", BigDecimal.class), scored, 1))
        .addAllRankDistribution(ranks)
        .build();
  }
}
