package sextant.dashboard.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.query.World.Act;
import sextant.dashboard.v1.AlgorithmModel;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.Budget;
import sextant.dashboard.v1.BudgetScope;
import sextant.dashboard.v1.Channel;
import sextant.dashboard.v1.DashboardServiceGrpc;
import sextant.dashboard.v1.DashboardServiceGrpc.DashboardServiceBlockingStub;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.FeatureImportance;
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
import sextant.dashboard.v1.ModelQuality;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.PerformanceGrouping;
import sextant.dashboard.v1.ScoreGrouping;
import sextant.dashboard.v1.ScoringResult;
import sextant.dashboard.v1.SelectedOffer;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionScope;

/// Every example of the dashboard data document: the same keys, and values of the same kind.
final class DocumentedResponsesTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private static final String SEGMENT = "6f1f9f6e-0c1c-4a62-9a7c-2f7a3d4b5c6d";

  private static DashboardServiceBlockingStub actual;

  @BeforeAll
  static void aTenantWithSomethingOfEverything() {
    String tenant = dashboard.newTenant();
    World world = world(dashboard.clock.instant());
    dashboard.journeys().setTotal(tenant, 3);
    new WorldWriter(dashboard, tenant).write(world);
    actual = dashboard.as(DashboardServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER);
  }

  private static World world(Instant now) {
    World world = new World(now);
    world.offers.add(Offer.newBuilder().setId("gold").setName("Gold Plus").setPriority(90).build());
    world.offers.add(Offer.newBuilder().setId("premium").setName("Premium Card").build());
    world.channels.add(Channel.newBuilder().setId("ch_001").setName("Marketing Email").build());
    world.budgets.add(
        Budget.newBuilder()
            .setScope(BudgetScope.BUDGET_SCOPE_OFFER)
            .setScopeId("premium")
            .setMaxSpend("10000")
            .build());
    world.suppressions.add(
        Suppression.newBuilder()
            .setCustomerId("anna")
            .setScope(SuppressionScope.SUPPRESSION_SCOPE_GLOBAL)
            .setPolicyType("frequency_cap")
            .build());
    world.attribution.add(
        AttributionResult.newBuilder()
            .setCustomerId("anna")
            .setConversionId("1")
            .setModel("last_touch")
            .setTotalValue("300")
            .build());
    world.models.add(
        AlgorithmModel.newBuilder()
            .setName("Propensity to Buy")
            .addMetricsHistory(ModelQuality.newBuilder().setDate("2026-03-15").setAuc(0.82))
            .addFeatureImportance(
                FeatureImportance.newBuilder().setName("tenure_months").setValue(0.32))
            .build());
    for (int day = 0; day < 12; day++) {
      Instant at = now.minus(Duration.ofDays(day));
      for (int number = 0; number < (day < 6 ? 5 : 2); number++) {
        world.acts.add(act(at, number > 0, number == 0));
      }
      world.traces.add(trace(at, day));
    }
    world.segments.add(
        new World.Segment(SEGMENT, "Frequent Flyers", "active", Set.of("anna"), true));
    return world;
  }

  private static Act act(Instant at, boolean impression, boolean conversion) {
    return new Act(
        "anna",
        at,
        "premium",
        "ch_001",
        impression,
        conversion,
        false,
        conversion,
        conversion ? new BigDecimal("1200.50") : null,
        BigDecimal.ONE);
  }

  private static DecisionTrace trace(Instant at, int number) {
    return DecisionTrace.newBuilder()
        .setId("trace" + number)
        .setCustomerId("anna")
        .setChannelId("ch_001")
        .setCreatedAt(Timestamp.newBuilder().setSeconds(at.getEpochSecond()))
        .setTotalLatencyMs(45)
        .addScoringResults(ScoringResult.newBuilder().setOfferId("premium").setScore(0.432))
        .addScoringResults(ScoringResult.newBuilder().setOfferId("gold").setScore(0.6))
        .addSelectedOffers(SelectedOffer.newBuilder().setOfferId("gold").setRank(1))
        .build();
  }

  private static Map<String, Supplier<Message>> calls() {
    Map<String, Supplier<Message>> calls = new LinkedHashMap<>();
    calls.put("summary", () -> actual.getSummary(GetSummaryRequest.getDefaultInstance()));
    calls.put(
        "acceptance_rate",
        () -> actual.getAcceptanceRate(GetAcceptanceRateRequest.getDefaultInstance()));
    calls.put(
        "offer_performance",
        () -> actual.getOfferPerformance(GetOfferPerformanceRequest.getDefaultInstance()));
    calls.put(
        "channel_effectiveness",
        () -> actual.getChannelEffectiveness(GetChannelEffectivenessRequest.getDefaultInstance()));
    calls.put("budget_burn", () -> actual.getBudgetBurn(GetBudgetBurnRequest.getDefaultInstance()));
    calls.put("funnel", () -> actual.getFunnel(GetFunnelRequest.getDefaultInstance()));
    calls.put(
        "attribution_summary",
        () -> actual.getAttributionSummary(GetAttributionSummaryRequest.getDefaultInstance()));
    calls.put("daily_trend", () -> actual.getDailyTrend(GetDailyTrendRequest.getDefaultInstance()));
    calls.put(
        "model_metrics_trend",
        () -> actual.getModelMetricsTrend(GetModelMetricsTrendRequest.getDefaultInstance()));
    calls.put(
        "latency_trend", () -> actual.getLatencyTrend(GetLatencyTrendRequest.getDefaultInstance()));
    calls.put(
        "offer_performance_grouped",
        () ->
            actual.getOfferPerformanceGrouped(
                GetOfferPerformanceGroupedRequest.getDefaultInstance()));
    calls.put(
        "revenue_trend", () -> actual.getRevenueTrend(GetRevenueTrendRequest.getDefaultInstance()));
    calls.put(
        "policy_impact", () -> actual.getPolicyImpact(GetPolicyImpactRequest.getDefaultInstance()));
    // The example shows buckets of a dimension and `"groupBy": null`; no one answer has both.
    calls.put(
        "score_distribution",
        () ->
            actual
                .getScoreDistribution(GetScoreDistributionRequest.getDefaultInstance())
                .toBuilder()
                .addAllDimensionBuckets(
                    actual
                        .getScoreDistribution(
                            GetScoreDistributionRequest.newBuilder()
                                .setGroupBy(ScoreGrouping.SCORE_GROUPING_CHANNEL)
                                .build())
                        .getDimensionBucketsList())
                .build());
    calls.put(
        "degraded_scoring",
        () -> actual.getDegradedScoring(GetDegradedScoringRequest.getDefaultInstance()));
    calls.put(
        "selection_frequency",
        () -> actual.getSelectionFrequency(GetSelectionFrequencyRequest.getDefaultInstance()));
    calls.put(
        "anomaly_candidates",
        () -> actual.getAnomalyCandidates(GetAnomalyCandidatesRequest.getDefaultInstance()));
    calls.put(
        "why_not_ranked",
        () ->
            actual.getWhyNotRanked(
                GetWhyNotRankedRequest.newBuilder().setOfferId("premium").build()));
    return calls;
  }

  @TestFactory
  Stream<DynamicTest> everyDocumentedResponse() {
    return calls().entrySet().stream()
        .map(
            call ->
                DynamicTest.dynamicTest(
                    call.getKey(),
                    () ->
                        assertThat(Shape.of(JsonForm.of(call.getValue().get())))
                            .isEqualTo(Shape.of(documented(call.getKey())))));
  }

  private static Value documented(String type) throws IOException {
    try (InputStream example =
        DocumentedResponsesTest.class.getResourceAsStream("/documented/" + type + ".json")) {
      return JsonForm.parse(new String(example.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void rowsOfSegmentGroupsNameTheirSegment() {
    Value answer =
        JsonForm.of(
            actual.getOfferPerformanceGrouped(
                GetOfferPerformanceGroupedRequest.newBuilder()
                    .setGroupBy(PerformanceGrouping.PERFORMANCE_GROUPING_SEGMENT)
                    .build()));

    Struct group =
        answer
            .getStructValue()
            .getFieldsOrThrow("groups")
            .getListValue()
            .getValues(0)
            .getStructValue();
    Struct offer = group.getFieldsOrThrow("offers").getListValue().getValues(0).getStructValue();
    assertThat(answer.getStructValue().getFieldsOrThrow("groupBy").getStringValue())
        .isEqualTo("segment");
    assertThat(offer.getFieldsOrThrow("segmentId").getStringValue()).isEqualTo(SEGMENT);
    assertThat(offer.getFieldsOrThrow("segmentName").getStringValue()).isEqualTo("Frequent Flyers");
  }

  @TestFactory
  Stream<DynamicTest> anUnknownSegmentIsAWarning() {
    Map<String, Message> answers = new LinkedHashMap<>();
    answers.put(
        "acceptance_rate",
        actual.getAcceptanceRate(
            GetAcceptanceRateRequest.newBuilder().setSegmentId("seg_vip").build()));
    answers.put(
        "offer_performance",
        actual.getOfferPerformance(
            GetOfferPerformanceRequest.newBuilder().setSegmentId("seg_vip").build()));
    answers.put(
        "channel_effectiveness",
        actual.getChannelEffectiveness(
            GetChannelEffectivenessRequest.newBuilder().setSegmentId("seg_vip").build()));
    answers.put(
        "daily_trend",
        actual.getDailyTrend(GetDailyTrendRequest.newBuilder().setSegmentId("seg_vip").build()));
    answers.put(
        "revenue_trend",
        actual.getRevenueTrend(
            GetRevenueTrendRequest.newBuilder().setSegmentId("seg_vip").build()));
    answers.put(
        "selection_frequency",
        actual.getSelectionFrequency(
            GetSelectionFrequencyRequest.newBuilder().setSegmentId("seg_vip").build()));
    answers.put(
        "why_not_ranked",
        actual.getWhyNotRanked(
            GetWhyNotRankedRequest.newBuilder()
                .setOfferId("premium")
                .setSegmentId("seg_vip")
                .build()));
    Stream<DynamicTest> flat =
        answers.entrySet().stream()
            .map(
                answer ->
                    DynamicTest.dynamicTest(
                        answer.getKey(),
                        () ->
                            assertThat(JsonForm.of(answer.getValue()))
                                .isEqualTo(
                                    JsonForm.parse(
                                        """
                                        {"data": [], "warning": "the segment seg_vip does not exist"}
                                        """))));
    DynamicTest grouped =
        DynamicTest.dynamicTest(
            "offer_performance_grouped",
            () ->
                assertThat(
                        JsonForm.of(
                            actual.getOfferPerformanceGrouped(
                                GetOfferPerformanceGroupedRequest.newBuilder()
                                    .setSegmentId("seg_vip")
                                    .build())))
                    .isEqualTo(
                        JsonForm.parse(
                            """
                            {"data": [], "groups": [], "groupBy": "channel",
                             "warning": "the segment seg_vip does not exist"}
                            """)));
    return Stream.concat(flat, Stream.of(grouped));
  }
}
