package sextant.dashboard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.stub.ClientCalls;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.query.World.Act;
import sextant.dashboard.v1.Budget;
import sextant.dashboard.v1.BudgetScope;
import sextant.dashboard.v1.DashboardServiceGrpc;
import sextant.dashboard.v1.DashboardServiceGrpc.DashboardServiceBlockingStub;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.GetAcceptanceRateRequest;
import sextant.dashboard.v1.GetDailyTrendRequest;
import sextant.dashboard.v1.GetRevenueTrendRequest;
import sextant.dashboard.v1.GetScoreDistributionRequest;
import sextant.dashboard.v1.GetSummaryRequest;
import sextant.dashboard.v1.GetSummaryResponse;
import sextant.dashboard.v1.GetWhyNotRankedRequest;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.ScoringResult;
import sextant.errors.v1.ErrorReason;
import sextant.kit.testing.RpcAssertions.Refusal;

/// What the dashboards refuse, who may see what, and what happens without data or journeys.
final class RulesTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private String tenant;

  @BeforeEach
  void newTenant() {
    tenant = dashboard.newTenant();
  }

  private DashboardServiceBlockingStub actual() {
    return dashboard.as(DashboardServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER);
  }

  /// Calls a method with one parameter set, and the offer where it must be.
  @SuppressWarnings("unchecked")
  private Message call(MethodDescriptor<?, ?> method, String parameter, Object value) {
    MethodDescriptor<Message, Message> messages = (MethodDescriptor<Message, Message>) method;
    Message.Builder request = prototype(messages).newBuilderForType();
    FieldDescriptor offer = request.getDescriptorForType().findFieldByName("offer_id");
    if (offer != null) {
      request.setField(offer, "off");
    }
    if (!parameter.isEmpty()) {
      request.setField(request.getDescriptorForType().findFieldByName(parameter), value);
    }
    DashboardServiceBlockingStub stub = actual();
    return ClientCalls.blockingUnaryCall(
        stub.getChannel(), messages, stub.getCallOptions(), request.build());
  }

  private static Message prototype(MethodDescriptor<Message, Message> method) {
    return ((PrototypeMarshaller<Message>) method.getRequestMarshaller()).getMessagePrototype();
  }

  private static Collection<MethodDescriptor<?, ?>> methods() {
    return DashboardServiceGrpc.getServiceDescriptor().getMethods();
  }

  @SuppressWarnings("unchecked")
  private static boolean takes(MethodDescriptor<?, ?> method, String parameter) {
    return prototype((MethodDescriptor<Message, Message>) method)
            .getDescriptorForType()
            .findFieldByName(parameter)
        != null;
  }

  /// Which types take which parameter, as the document and the reading rules say.
  @Test
  void everyTypeTakesItsParameters() {
    Set<String> windowed =
        Set.of(
            "GetAcceptanceRate",
            "GetOfferPerformance",
            "GetChannelEffectiveness",
            "GetDailyTrend",
            "GetLatencyTrend",
            "GetOfferPerformanceGrouped",
            "GetRevenueTrend",
            "GetScoreDistribution",
            "GetDegradedScoring",
            "GetSelectionFrequency",
            "GetAnomalyCandidates",
            "GetWhyNotRanked");
    Map<String, Set<String>> takers =
        Map.of(
            "days", windowed,
            "timezone", windowed,
            "segment_id",
                Set.of(
                    "GetAcceptanceRate",
                    "GetOfferPerformance",
                    "GetOfferPerformanceGrouped",
                    "GetChannelEffectiveness",
                    "GetDailyTrend",
                    "GetRevenueTrend",
                    "GetSelectionFrequency",
                    "GetWhyNotRanked"),
            "group_by", Set.of("GetOfferPerformanceGrouped", "GetScoreDistribution"),
            "filter_id", Set.of("GetScoreDistribution"),
            "channel_id", Set.of("GetSelectionFrequency"),
            "category_id", Set.of("GetSelectionFrequency"),
            "decision_flow_id", Set.of("GetSelectionFrequency"),
            "model_id", Set.of("GetModelMetricsTrend"),
            "baseline_days", Set.of("GetAnomalyCandidates"));
    takers.forEach(
        (parameter, expected) -> {
          Set<String> actual = new TreeSet<>();
          methods().stream()
              .filter(method -> takes(method, parameter))
              .forEach(method -> actual.add(method.getBareMethodName()));
          assertThat(actual).as(parameter).isEqualTo(new TreeSet<>(expected));
        });
    assertThat(methods()).hasSize(18);
  }

  @Test
  void numbersOfDaysAreFromOneToAYear() {
    for (String parameter : List.of("days", "baseline_days")) {
      for (MethodDescriptor<?, ?> method : methods()) {
        if (takes(method, parameter)) {
          for (int days : new int[] {0, -1, 366}) {
            Refusal refusal =
                assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT, () -> call(method, parameter, days));
            assertThat(refusal.fields().getFirst()).startsWith(parameter + ": ");
          }
          call(method, parameter, 1);
          call(method, parameter, 365);
        }
      }
    }
  }

  @Test
  void anUnknownTimeZoneIsRefusedEverywhere() {
    for (MethodDescriptor<?, ?> method : methods()) {
      if (takes(method, "timezone")) {
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> call(method, "timezone", "Mars/Olympus"));
      }
    }
  }

  @Test
  void whatDependsOnAnotherParameterIsChecked() {
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        actual()
                            .getScoreDistribution(
                                GetScoreDistributionRequest.newBuilder()
                                    .setFilterId("ch_001")
                                    .build()))
                .fields())
        .containsExactly("filter_id: needs a grouping, whose value it is");
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () -> actual().getWhyNotRanked(GetWhyNotRankedRequest.getDefaultInstance()))
                .fields())
        .hasSize(1)
        .allMatch(fault -> fault.startsWith("offer_id: "));
    assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () ->
            actual()
                .getScoreDistribution(
                    GetScoreDistributionRequest.newBuilder().setGroupByValue(9).build()));
  }

  @Test
  void aTenantWithNothingGetsNothingInvented() {
    for (MethodDescriptor<?, ?> method : methods()) {
      Message answer = call(method, "", "");
      FieldDescriptor data = answer.getDescriptorForType().findFieldByName("data");
      if (data != null && data.isRepeated() && !method.getBareMethodName().endsWith("Trend")) {
        assertThat(answer.getRepeatedFieldCount(data)).as(method.getBareMethodName()).isZero();
      }
    }
    assertThat(actual().getDailyTrend(GetDailyTrendRequest.getDefaultInstance()).getDataList())
        .hasSize(7)
        .allMatch(day -> day.getImpressions() == 0 && day.getConversions() == 0);
    assertThat(actual().getRevenueTrend(GetRevenueTrendRequest.getDefaultInstance()))
        .matches(trend -> !trend.getHasRealData() && trend.getDataCount() == 7);
  }

  /// A second tenant asks for everything, with the ids of the first.
  @Test
  void tenantsDoNotSeeEachOther() {
    World world = new World(dashboard.clock.instant());
    world.offers.add(Offer.newBuilder().setId("off").setName("Secret").build());
    world.budgets.add(
        Budget.newBuilder()
            .setScope(BudgetScope.BUDGET_SCOPE_OFFER)
            .setScopeId("off")
            .setMaxSpend("10")
            .build());
    world.acts.add(
        new Act(
            "anna",
            world.now,
            "off",
            "ch",
            true,
            true,
            false,
            true,
            BigDecimal.TEN,
            BigDecimal.TEN));
    world.traces.add(
        DecisionTrace.newBuilder()
            .setId("t")
            .setCustomerId("anna")
            .setTotalLatencyMs(7)
            .setCreatedAt(Timestamp.newBuilder().setSeconds(world.now.getEpochSecond()))
            .addScoringResults(ScoringResult.newBuilder().setOfferId("off").setScore(1))
            .build());
    String segment = "0f0f9f6e-0c1c-4a62-9a7c-2f7a3d4b5c6d";
    world.segments.add(new World.Segment(segment, "VIP", "active", Set.of("anna"), true));
    World nothing = new World(dashboard.clock.instant());
    new WorldWriter(dashboard, tenant).write(world);
    Map<String, Message> before = answers();

    String owner = tenant;
    tenant = dashboard.newTenant();
    Map<String, Message> strangers = answers();
    new WorldWriter(dashboard, tenant).write(nothing);

    tenant = dashboard.newTenant();
    assertThat(strangers).isEqualTo(answers());
    assertThat(
            actual()
                .getAcceptanceRate(
                    GetAcceptanceRateRequest.newBuilder().setSegmentId(segment).build())
                .getWarning())
        .isEqualTo("the segment " + segment + " does not exist");
    tenant = owner;
    assertThat(before).isEqualTo(answers()).isNotEqualTo(strangers);
  }

  private Map<String, Message> answers() {
    Map<String, Message> answers = new java.util.TreeMap<>();
    methods().forEach(method -> answers.put(method.getBareMethodName(), call(method, "", "")));
    return answers;
  }

  @Test
  void theNextAnswerHasALateInteraction() {
    WorldWriter writer = new WorldWriter(dashboard, tenant);
    World world = new World(dashboard.clock.instant());
    writer.write(world);
    assertThat(actual().getAcceptanceRate(GetAcceptanceRateRequest.getDefaultInstance()).getTotal())
        .isZero();

    writer.replaceInteractions(
        List.of(
            new Act(
                "anna",
                world.now.minus(Duration.ofDays(5)),
                "off",
                null,
                true,
                false,
                false,
                false,
                null,
                null)));

    assertThat(
            actual()
                .getAcceptanceRate(GetAcceptanceRateRequest.getDefaultInstance())
                .getData(0)
                .getImpressions())
        .isEqualTo(1);
  }

  @Test
  void withoutTheJourneyServiceItsNumberIsMissingAndSaidSo() throws Exception {
    DashboardExtension alone = new DashboardExtension();
    try {
      alone.beforeAll(null);
      alone.journeys().close();
      GetSummaryResponse summary =
          alone
              .as(DashboardServiceGrpc::newBlockingStub, alone.newTenant(), Role.ROLE_VIEWER)
              .getSummary(GetSummaryRequest.getDefaultInstance());

      assertThat(summary)
          .isEqualTo(
              GetSummaryResponse.newBuilder()
                  .setWarning("totalJourneys is unknown: the journey-service is out of reach")
                  .build());
      assertThat(JsonForm.of(summary).getStructValue().getFieldsMap())
          .containsEntry("totalJourneys", JsonForm.parse("null"))
          .containsKey("activeOffers");
    } finally {
      alone.afterAll(null);
    }
  }
}
