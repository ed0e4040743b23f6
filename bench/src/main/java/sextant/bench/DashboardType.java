package sextant.bench;

import com.google.protobuf.Message;
import java.util.List;
import java.util.function.BiFunction;
import sextant.dashboard.v1.DashboardServiceGrpc.DashboardServiceBlockingStub;
import sextant.dashboard.v1.GetAcceptanceRateRequest;
import sextant.dashboard.v1.GetAnomalyCandidatesRequest;
import sextant.dashboard.v1.GetAttributionSummaryRequest;
import sextant.dashboard.v1.GetBudgetBurnRequest;
import sextant.dashboard.v1.GetChannelEffectivenessRequest;
import sextant.dashboard.v1.GetDailyTrendRequest;
import sextant.dashboard.v1.GetDegradedScoringRequest;
import sextant.dashboard.v1.GetFunnelRequest;
import sextant.dashboard.v1.GetLatencyTrendRequest;
import sextant.dashboard.v1.GetModelMetricsTrendRequest;
import sextant.dashboard.v1.GetOfferPerformanceGroupedRequest;
import sextant.dashboard.v1.GetOfferPerformanceRequest;
import sextant.dashboard.v1.GetPolicyImpactRequest;
import sextant.dashboard.v1.GetRevenueTrendRequest;
import sextant.dashboard.v1.GetScoreDistributionRequest;
import sextant.dashboard.v1.GetSelectionFrequencyRequest;
import sextant.dashboard.v1.GetSummaryRequest;
import sextant.dashboard.v1.GetWhyNotRankedRequest;

/// A type of dashboard data over thirty days, and the plain aggregate over the raw rows that says
/// the same.
///
/// @param name the type
/// @param call asks for it; of a segment when that is not empty
/// @param takesSegment whether the type can be restricted to a segment
/// @param raw the plain aggregate; `%1$s` is the tenant, `%2$s` a further condition on customers
record DashboardType(
    String name,
    BiFunction<DashboardServiceBlockingStub, String, Object> call,
    boolean takesSegment,
    String raw) {

  private static final int DAYS = 30;
  private static final String OFFER = "off_1";

  private static final String INTERACTIONS =
      " from metrics.interaction where tenant_id = '%1$s' and superseded_at is null"
          + " and occurred_at between date_trunc('day', now()) - interval '30 days' and now() %2$s ";
  private static final String TRACES =
      " from dashboard.decision_trace where tenant_id = '%1$s'"
          + " and created_at between date_trunc('day', now()) - interval '30 days' and now() %2$s ";
  private static final String CANDIDATES =
      " from dashboard.decision_candidate where tenant_id = '%1$s'"
          + " and created_at between date_trunc('day', now()) - interval '30 days' and now() %2$s ";
  private static final String RECEIVED =
      " sum(is_impression::int), sum(is_conversion::int), sum(is_positive::int), sum(is_negative::int), sum(value) ";

  static final List<DashboardType> ALL =
      List.of(
          of(
              "summary",
              stub -> stub.getSummary(GetSummaryRequest.getDefaultInstance()),
              "select count(*) from dashboard.offer where tenant_id = '%1$s' and status = 'active' %2$s"),
          of(
              "funnel",
              stub -> stub.getFunnel(GetFunnelRequest.getDefaultInstance()),
              "select count(distinct offer_id), count(*) from dashboard.creative where tenant_id = '%1$s' %2$s"),
          of(
              "model_metrics_trend",
              stub -> stub.getModelMetricsTrend(GetModelMetricsTrendRequest.getDefaultInstance()),
              "select * from dashboard.algorithm_model where tenant_id = '%1$s' %2$s"),
          of(
              "budget_burn",
              stub -> stub.getBudgetBurn(GetBudgetBurnRequest.getDefaultInstance()),
              "select b.id, sum(cost) from dashboard.budget b left join metrics.interaction i"
                  + " on i.tenant_id = b.tenant_id and i.offer_id = b.scope_id and superseded_at is null"
                  + " and occurred_at >= date_trunc('month', now()) where b.tenant_id = '%1$s' %2$s group by 1"),
          of(
              "attribution_summary",
              stub -> stub.getAttributionSummary(GetAttributionSummaryRequest.getDefaultInstance()),
              "select model, count(*), sum(total_value) from dashboard.attribution_result"
                  + " where tenant_id = '%1$s' %2$s group by 1"),
          of(
              "policy_impact",
              stub -> stub.getPolicyImpact(GetPolicyImpactRequest.getDefaultInstance()),
              "select policy_type, count(*) from dashboard.suppression"
                  + " where tenant_id = '%1$s' and expires_at > now() %2$s group by 1"),
          new DashboardType(
              "acceptance_rate",
              (stub, segment) ->
                  stub.getAcceptanceRate(
                      of(GetAcceptanceRateRequest.newBuilder().setDays(DAYS), segment).build()),
              true,
              "select offer_id," + RECEIVED + INTERACTIONS + "group by 1 order by 2 desc"),
          new DashboardType(
              "offer_performance",
              (stub, segment) ->
                  stub.getOfferPerformance(
                      of(GetOfferPerformanceRequest.newBuilder().setDays(DAYS), segment).build()),
              true,
              "select offer_id," + RECEIVED + INTERACTIONS + "group by 1 order by 2 desc limit 20"),
          new DashboardType(
              "offer_performance_grouped",
              (stub, segment) ->
                  stub.getOfferPerformanceGrouped(
                      of(GetOfferPerformanceGroupedRequest.newBuilder().setDays(DAYS), segment)
                          .build()),
              true,
              "select channel_id, offer_id," + RECEIVED + INTERACTIONS + "group by 1, 2"),
          new DashboardType(
              "channel_effectiveness",
              (stub, segment) ->
                  stub.getChannelEffectiveness(
                      of(GetChannelEffectivenessRequest.newBuilder().setDays(DAYS), segment)
                          .build()),
              true,
              "select channel_id," + RECEIVED + INTERACTIONS + "group by 1"),
          new DashboardType(
              "daily_trend",
              (stub, segment) ->
                  stub.getDailyTrend(
                      of(GetDailyTrendRequest.newBuilder().setDays(DAYS), segment).build()),
              true,
              "select date_trunc('day', occurred_at)," + RECEIVED + INTERACTIONS + "group by 1"),
          new DashboardType(
              "revenue_trend",
              (stub, segment) ->
                  stub.getRevenueTrend(
                      of(GetRevenueTrendRequest.newBuilder().setDays(DAYS), segment).build()),
              true,
              "select date_trunc('day', occurred_at), sum(value)" + INTERACTIONS + "group by 1"),
          of(
              "anomaly_candidates",
              stub ->
                  stub.getAnomalyCandidates(
                      GetAnomalyCandidatesRequest.newBuilder().setDays(DAYS).build()),
              "select offer_id, channel_id, date_trunc('day', occurred_at),"
                  + RECEIVED
                  + INTERACTIONS.replace("'30 days'", "'60 days'")
                  + "group by 1, 2, 3"),
          of(
              "latency_trend",
              stub ->
                  stub.getLatencyTrend(GetLatencyTrendRequest.newBuilder().setDays(DAYS).build()),
              "select date_trunc('day', created_at),"
                  + " percentile_disc(array[0.5, 0.99]) within group (order by total_latency_ms)"
                  + TRACES
                  + "group by 1"),
          of(
              "degraded_scoring",
              stub ->
                  stub.getDegradedScoring(
                      GetDegradedScoringRequest.newBuilder().setDays(DAYS).build()),
              "select count(*) filter (where degraded), count(*)" + TRACES),
          of(
              "score_distribution",
              stub ->
                  stub.getScoreDistribution(
                      GetScoreDistributionRequest.newBuilder().setDays(DAYS).build()),
              "select least(floor(score * 10), 9), count(*)"
                  + CANDIDATES
                  + "and score is not null group by 1"),
          new DashboardType(
              "selection_frequency",
              (stub, segment) ->
                  stub.getSelectionFrequency(
                      of(GetSelectionFrequencyRequest.newBuilder().setDays(DAYS), segment).build()),
              true,
              "select offer_id, count(*) filter (where qualified is not false), count(rank), count(selected_rank),"
                  + " avg(rank)"
                  + CANDIDATES
                  + "group by 1"),
          new DashboardType(
              "selection_frequency, exact",
              (stub, segment) ->
                  stub.getSelectionFrequency(
                      of(
                              GetSelectionFrequencyRequest.newBuilder()
                                  .setDays(DAYS)
                                  .setExact(true),
                              segment)
                          .build()),
              true,
              "select offer_id, count(*) filter (where qualified is not false), count(rank), count(selected_rank),"
                  + " avg(rank)"
                  + CANDIDATES
                  + "group by 1"),
          new DashboardType(
              "why_not_ranked",
              (stub, segment) ->
                  stub.getWhyNotRanked(
                      of(
                              GetWhyNotRankedRequest.newBuilder().setDays(DAYS).setOfferId(OFFER),
                              segment)
                          .build()),
              true,
              "select count(*), count(selected_rank), avg(score)"
                  + CANDIDATES
                  + "and offer_id = '"
                  + OFFER
                  + "'"),
          new DashboardType(
              "why_not_ranked, exact",
              (stub, segment) ->
                  stub.getWhyNotRanked(
                      of(
                              GetWhyNotRankedRequest.newBuilder()
                                  .setDays(DAYS)
                                  .setOfferId(OFFER)
                                  .setExact(true),
                              segment)
                          .build()),
              true,
              "select count(*), count(selected_rank), avg(score)"
                  + CANDIDATES
                  + "and offer_id = '"
                  + OFFER
                  + "'"));

  private interface Call {
    Object on(DashboardServiceBlockingStub stub);
  }

  /// A request restricted to a segment, if there is one.
  private static <B extends Message.Builder> B of(B request, String segment) {
    if (!segment.isEmpty()) {
      request.setField(request.getDescriptorForType().findFieldByName("segment_id"), segment);
    }
    return request;
  }

  /// A type that takes no segment.
  private static DashboardType of(String name, Call call, String raw) {
    return new DashboardType(name, (stub, segment) -> call.on(stub), false, raw);
  }
}
