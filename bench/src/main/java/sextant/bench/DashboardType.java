package sextant.bench;

import com.google.protobuf.Descriptors.FieldDescriptor;
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
import sextant.dashboard.v1.ScoreGrouping;

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
      """
      from metrics.interaction where tenant_id = '%1$s' and superseded_at is null
      and occurred_at between date_trunc('day', now()) - interval '30 days' and now() %2$s
      """;
  private static final String TRACES =
      """
      from dashboard.decision_trace where tenant_id = '%1$s'
      and created_at between date_trunc('day', now()) - interval '30 days' and now() %2$s
      """;
  private static final String CANDIDATES =
      """
      from dashboard.decision_candidate where tenant_id = '%1$s'
      and created_at between date_trunc('day', now()) - interval '30 days' and now() %2$s
      """;

  private static final String RECEIVED =
      """
      , sum(is_impression::int), sum(is_conversion::int), sum(is_positive::int), sum(is_negative::int), sum(value)
      """;
  private static final String SCORES =
      "select least(floor(score * 10), 9), count(*) " + CANDIDATES + " and score is not null";
  private static final String SELECTION =
      """
      select offer_id, count(*) filter (where qualified is not false), count(rank), count(selected_rank), avg(rank)
      """;
  private static final String MISSES =
      """
      select offer_id, count(*), count(selected_rank), avg(score),
             count(*) filter (where selected_rank is null and allowed is false),
             count(*) filter (where selected_rank is null and qualified is false)
      """;

  static final List<DashboardType> ALL =
      List.of(
          of(
              "summary",
              DashboardServiceBlockingStub::getSummary,
              GetSummaryRequest.getDefaultInstance(),
              "select count(*) from dashboard.offer where tenant_id = '%1$s' and status = 'active'"),
          of(
              "funnel",
              DashboardServiceBlockingStub::getFunnel,
              GetFunnelRequest.getDefaultInstance(),
              "select count(distinct offer_id), count(*) from dashboard.creative where tenant_id = '%1$s'"),
          of(
              "model_metrics_trend",
              DashboardServiceBlockingStub::getModelMetricsTrend,
              GetModelMetricsTrendRequest.getDefaultInstance(),
              "select * from dashboard.algorithm_model where tenant_id = '%1$s'"),
          of(
              "budget_burn",
              DashboardServiceBlockingStub::getBudgetBurn,
              GetBudgetBurnRequest.getDefaultInstance(),
              """
              select budget.id, sum(cost) from dashboard.budget
              left join metrics.interaction as spent
                on spent.tenant_id = budget.tenant_id and spent.offer_id = budget.scope_id
                and superseded_at is null and occurred_at >= date_trunc('month', now())
              where budget.tenant_id = '%1$s' group by 1
              """),
          of(
              "attribution_summary",
              DashboardServiceBlockingStub::getAttributionSummary,
              GetAttributionSummaryRequest.getDefaultInstance(),
              """
              select model, count(*), sum(total_value) from dashboard.attribution_result
              where tenant_id = '%1$s' group by 1
              """),
          of(
              "policy_impact",
              DashboardServiceBlockingStub::getPolicyImpact,
              GetPolicyImpactRequest.getDefaultInstance(),
              """
              select policy_type, count(*) from dashboard.suppression
              where tenant_id = '%1$s' and expires_at > now() group by 1
              """),
          of(
              "acceptance_rate",
              DashboardServiceBlockingStub::getAcceptanceRate,
              GetAcceptanceRateRequest.getDefaultInstance(),
              received("offer_id")),
          of(
              "offer_performance",
              DashboardServiceBlockingStub::getOfferPerformance,
              GetOfferPerformanceRequest.getDefaultInstance(),
              received("offer_id")),
          of(
              "offer_performance_grouped",
              DashboardServiceBlockingStub::getOfferPerformanceGrouped,
              GetOfferPerformanceGroupedRequest.getDefaultInstance(),
              received("channel_id", "offer_id")),
          of(
              "channel_effectiveness",
              DashboardServiceBlockingStub::getChannelEffectiveness,
              GetChannelEffectivenessRequest.getDefaultInstance(),
              received("channel_id")),
          of(
              "daily_trend",
              DashboardServiceBlockingStub::getDailyTrend,
              GetDailyTrendRequest.getDefaultInstance(),
              received("date_trunc('day', occurred_at)")),
          of(
              "revenue_trend",
              DashboardServiceBlockingStub::getRevenueTrend,
              GetRevenueTrendRequest.getDefaultInstance(),
              "select date_trunc('day', occurred_at), sum(value) " + INTERACTIONS + "group by 1"),
          of(
              "anomaly_candidates",
              DashboardServiceBlockingStub::getAnomalyCandidates,
              GetAnomalyCandidatesRequest.getDefaultInstance(),
              received("offer_id", "channel_id", "date_trunc('day', occurred_at)")
                  .replace("30 days", "60 days")),
          of(
              "latency_trend",
              DashboardServiceBlockingStub::getLatencyTrend,
              GetLatencyTrendRequest.getDefaultInstance(),
              """
              select date_trunc('day', created_at),
                     percentile_disc(array[0.5, 0.99]) within group (order by total_latency_ms)
              """
                  + TRACES
                  + "group by 1"),
          of(
              "degraded_scoring",
              DashboardServiceBlockingStub::getDegradedScoring,
              GetDegradedScoringRequest.getDefaultInstance(),
              "select count(*) filter (where degraded), count(*) " + TRACES),
          of(
              "score_distribution",
              DashboardServiceBlockingStub::getScoreDistribution,
              GetScoreDistributionRequest.getDefaultInstance(),
              SCORES + " group by 1"),
          of(
              "score_distribution by offer",
              DashboardServiceBlockingStub::getScoreDistribution,
              GetScoreDistributionRequest.newBuilder()
                  .setGroupBy(ScoreGrouping.SCORE_GROUPING_OFFER)
                  .build(),
              SCORES.replace("count(*)", "offer_id, count(*), avg(score)") + " group by 1, 2"),
          of(
              "selection_frequency",
              DashboardServiceBlockingStub::getSelectionFrequency,
              GetSelectionFrequencyRequest.getDefaultInstance(),
              SELECTION + newest(10_000) + "group by 1"),
          of(
              "selection_frequency exact",
              DashboardServiceBlockingStub::getSelectionFrequency,
              GetSelectionFrequencyRequest.newBuilder().setExact(true).build(),
              SELECTION + CANDIDATES + "group by 1"),
          of(
              "selection_frequency exact of a channel",
              DashboardServiceBlockingStub::getSelectionFrequency,
              GetSelectionFrequencyRequest.newBuilder().setExact(true).setChannelId("ch_1").build(),
              SELECTION + CANDIDATES + "and channel_id = 'ch_1' group by 1"),
          of(
              "why_not_ranked",
              DashboardServiceBlockingStub::getWhyNotRanked,
              GetWhyNotRankedRequest.newBuilder().setOfferId(OFFER).build(),
              MISSES + newest(1_000) + "and offer_id = '" + OFFER + "' group by 1"),
          of(
              "why_not_ranked exact",
              DashboardServiceBlockingStub::getWhyNotRanked,
              GetWhyNotRankedRequest.newBuilder().setOfferId(OFFER).setExact(true).build(),
              MISSES + CANDIDATES + "and offer_id = '" + OFFER + "' group by 1"));

  /// How interactions were received, by these columns.
  private static String received(String... columns) {
    return "select "
        + String.join(", ", columns)
        + RECEIVED
        + INTERACTIONS
        + "group by "
        + String.join(", ", columns);
  }

  /// The candidates of the newest traces, which is all that a type with a cap looks at.
  private static String newest(int traces) {
    return "from (select customer_id, trace_key "
        + TRACES
        + "order by created_at desc limit "
        + traces
        + """
          ) as sample
          join dashboard.decision_candidate as candidate using (customer_id, trace_key)
          where tenant_id = '%1$s'
          """;
  }

  private static <R extends Message> DashboardType of(
      String name, BiFunction<DashboardServiceBlockingStub, R, ?> call, R request, String raw) {
    FieldDescriptor days = request.getDescriptorForType().findFieldByName("days");
    FieldDescriptor segmentId = request.getDescriptorForType().findFieldByName("segment_id");
    return new DashboardType(
        name,
        (stub, segment) -> {
          Message.Builder asked = request.toBuilder();
          if (days != null) {
            asked.setField(days, DAYS);
          }
          if (!segment.isEmpty()) {
            asked.setField(segmentId, segment);
          }
          @SuppressWarnings("unchecked") // What a message's own builder builds.
          R complete = (R) asked.build();
          return call.apply(stub, complete);
        },
        segmentId != null,
        raw);
  }
}
