package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.v1.CountJourneysRequest;
import sextant.journeys.v1.CountJourneysResponse;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.DeleteJourneyRequest;
import sextant.journeys.v1.GetJourneyRequest;
import sextant.journeys.v1.Journey;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.JourneyVersion;
import sextant.journeys.v1.ListJourneyVersionsRequest;
import sextant.journeys.v1.ListJourneysRequest;
import sextant.journeys.v1.ListJourneysResponse;
import sextant.journeys.v1.OffsetPagination;
import sextant.journeys.v1.ReEntry;
import sextant.journeys.v1.SimulatedStep;
import sextant.journeys.v1.TestJourneyRequest;
import sextant.journeys.v1.TestJourneyResponse;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.kit.rpc.Timestamps;
import sextant.kit.testing.RpcAssertions;
import sextant.kit.testing.RpcAssertions.Refusal;

final class JourneysServiceTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);
  private final String tenant = scenario.tenant;

  private Journey create(CreateJourneyRequest.Builder journey) {
    return mesh.journeys(tenant).createJourney(journey.build());
  }

  private Journey update(UpdateJourneyRequest.Builder change) {
    return mesh.journeys(tenant).updateJourney(change.build());
  }

  private Journey get(String id) {
    return mesh.journeys(tenant).getJourney(GetJourneyRequest.newBuilder().setId(id).build());
  }

  @Test
  void aNewJourneyIsADraftWithDefaults() {
    Journey journey = create(CreateJourneyRequest.newBuilder().setName("New Customer Onboarding"));

    assertThat(journey)
        .isEqualTo(
            Journey.newBuilder()
                .setId(journey.getId())
                .setName("New Customer Onboarding")
                .setStatus(JourneyStatus.JOURNEY_STATUS_DRAFT)
                .setMaxDurationDays(30)
                .setDefinition("{\"nodes\":[],\"edges\":[]}")
                .setReEntry(ReEntry.RE_ENTRY_NEVER)
                .setVersion(1)
                .setCreatedAt(Timestamps.of(mesh.clock.instant()))
                .setUpdatedAt(Timestamps.of(mesh.clock.instant()))
                .build());
    assertThat(get(journey.getId())).isEqualTo(journey);
  }

  @Test
  void jsonComesBackAsItWasGiven() {
    String definition =
        """
        { "edges" : [ ], "nodes":[{"id":"n1","type":"entry_trigger","position":{"x":1.50,"y":-0},
          "data":{"label":"Äé \\u00e9","big":123456789012345678901234567890,"nothing":null}}] }
        """
            .strip();
    String condition = "{\"event\":\"account_created\",  \"note\":1e3}";

    Journey journey =
        create(
            CreateJourneyRequest.newBuilder()
                .setName("verbatim")
                .setDescription("7-day onboarding sequence")
                .setDefinition(definition)
                .setEntryCondition(condition)
                .setExitRules("[ {\"event\":\"gone\"} ]"));

    assertThat(get(journey.getId()))
        .returns(definition, Journey::getDefinition)
        .returns(condition, Journey::getEntryCondition)
        .returns("[ {\"event\":\"gone\"} ]", Journey::getExitRules)
        .returns("7-day onboarding sequence", Journey::getDescription);
  }

  @Test
  void listsByOffsetAndStatus() {
    List<String> ids =
        IntStream.range(0, 5)
            .mapToObj(
                index -> create(CreateJourneyRequest.newBuilder().setName("j" + index)).getId())
            .toList();
    update(
        UpdateJourneyRequest.newBuilder()
            .setId(ids.get(1))
            .setStatus(JourneyStatus.JOURNEY_STATUS_ARCHIVED));

    ListJourneysResponse page =
        mesh.journeys(tenant)
            .listJourneys(ListJourneysRequest.newBuilder().setLimit(2).setOffset(2).build());
    assertThat(page.getDataList().stream().map(Journey::getId)).isEqualTo(ids.subList(2, 4));
    assertThat(page.getPagination())
        .isEqualTo(
            OffsetPagination.newBuilder()
                .setTotal(5)
                .setLimit(2)
                .setOffset(2)
                .setHasMore(true)
                .build());
    ListJourneysResponse archived =
        mesh.journeys(tenant)
            .listJourneys(
                ListJourneysRequest.newBuilder()
                    .setStatus(JourneyStatus.JOURNEY_STATUS_ARCHIVED)
                    .build());
    assertThat(archived.getDataList().stream().map(Journey::getId)).containsExactly(ids.get(1));
    assertThat(archived.getPagination().getLimit()).isEqualTo(50);
    ListJourneysResponse beyond =
        mesh.journeys(tenant).listJourneys(ListJourneysRequest.newBuilder().setOffset(9).build());
    assertThat(beyond.getDataList()).isEmpty();
    assertThat(beyond.getPagination().getTotal()).isEqualTo(5);
    assertThat(beyond.getPagination().getHasMore()).isFalse();
    assertThat(mesh.journeys(tenant).countJourneys(CountJourneysRequest.getDefaultInstance()))
        .isEqualTo(CountJourneysResponse.newBuilder().setTotal(5).build());
    for (int limit : List.of(0, 201)) {
      RpcAssertions.assertRefused(
          ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
          () ->
              mesh.journeys(tenant)
                  .listJourneys(ListJourneysRequest.newBuilder().setLimit(limit).build()));
    }
  }

  @Test
  void anUpdateChangesOnlyWhatItNames() {
    Journey old =
        create(
            CreateJourneyRequest.newBuilder()
                .setName("old")
                .setDescription("old")
                .setEntryCondition("{\"event\":\"a\"}")
                .setMaxDurationDays(7)
                .setReEntry(ReEntry.RE_ENTRY_ALWAYS));

    Journey renamed = update(UpdateJourneyRequest.newBuilder().setId(old.getId()).setName("new"));
    assertThat(renamed).isEqualTo(old.toBuilder().setName("new").build());

    Journey cleared =
        update(
            UpdateJourneyRequest.newBuilder()
                .setId(old.getId())
                .setUpdateMask(
                    FieldMask.newBuilder()
                        .addPaths("id")
                        .addPaths("entry_condition")
                        .addPaths("description")
                        .addPaths("max_duration_days")
                        .addPaths("re_entry")));
    assertThat(cleared)
        .isEqualTo(
            renamed.toBuilder()
                .clearEntryCondition()
                .clearDescription()
                .setMaxDurationDays(30)
                .setReEntry(ReEntry.RE_ENTRY_NEVER)
                .setVersion(2)
                .build());
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () ->
            update(
                UpdateJourneyRequest.newBuilder()
                    .setId(old.getId())
                    .setUpdateMask(FieldMask.newBuilder().addPaths("name"))));
  }

  @Test
  void everyChangeOfContentMakesAVersionThatStays() {
    String id = create(CreateJourneyRequest.newBuilder().setName("versions")).getId();
    update(UpdateJourneyRequest.newBuilder().setId(id).setName("renamed"));
    update(UpdateJourneyRequest.newBuilder().setId(id).setMaxDurationDays(5));
    update(UpdateJourneyRequest.newBuilder().setId(id).setExitRules("[{\"event\":\"x\"}]"));
    update(UpdateJourneyRequest.newBuilder().setId(id).setExitRules("[{\"event\":\"x\"}]"));

    var versions =
        mesh.journeys(tenant)
            .listJourneyVersions(ListJourneyVersionsRequest.newBuilder().setId(id).build());

    JourneyVersion first =
        JourneyVersion.newBuilder()
            .setVersion(1)
            .setMaxDurationDays(30)
            .setDefinition(VersionContent.NO_NODES)
            .setCreatedAt(Timestamps.of(mesh.clock.instant()))
            .build();
    assertThat(versions.getDataList())
        .isEqualTo(
            List.of(
                first.toBuilder()
                    .setVersion(3)
                    .setMaxDurationDays(5)
                    .setExitRules("[{\"event\":\"x\"}]")
                    .build(),
                first.toBuilder().setVersion(2).setMaxDurationDays(5).build(),
                first));
    assertThat(versions.getPagination().getTotal()).isEqualTo(3);
  }

  @Test
  void aDraftMayBeIncompleteButAnActiveJourneyMayNot() {
    String id =
        create(
                CreateJourneyRequest.newBuilder()
                    .setName("draft")
                    .setDefinition(
                        Definitions.flow()
                            .node("in", "entry_trigger")
                            .node("send", "channel_action", "{\"channel\":\"pigeon\"}")
                            .node("split", "condition_split")
                            .edge("in", "send")
                            .edge("send", "split")
                            .edge("split", "gone", "true")
                            .json()))
            .getId();

    Refusal refusal =
        RpcAssertions.assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_ACTIVE));
    assertThat(refusal.fields())
        .containsExactlyInAnyOrder(
            "definition.nodes[2].config: has no condition {field, operator, value}",
            "definition.nodes[2]: has no false branch",
            "definition.edges[2].target: is \"gone\", which is no node",
            "definition.nodes: have no exit",
            "definition: sends via \"pigeon\", which is no channel");
    assertThat(get(id).getStatus()).isEqualTo(JourneyStatus.JOURNEY_STATUS_DRAFT);

    Refusal wrong =
        RpcAssertions.assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () ->
                update(
                    UpdateJourneyRequest.newBuilder()
                        .setId(id)
                        .setDefinition("{\"nodes\":[{\"id\":\"a\",\"type\":\"jump\"},7]}")));
    assertThat(wrong.fields())
        .containsExactly(
            "definition.nodes[0].type: is \"jump\", known are entry_trigger, wait,"
                + " condition_split, nba_decision, channel_action, exit",
            "definition.nodes[1]: must be an object {id, type, config}");
  }

  @Test
  void whatRunsCannotBecomeIncomplete() {
    String id = scenario.running(Definitions.waiting("{\"delayHours\":1}"));

    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () ->
            update(
                UpdateJourneyRequest.newBuilder()
                    .setId(id)
                    .setDefinition(VersionContent.NO_NODES)));
    assertThat(get(id).getVersion()).isEqualTo(1);
  }

  @Test
  void statusesFollowEachOtherAsDocumented() {
    String id = scenario.running(Definitions.waiting("{\"delayHours\":1}"));
    scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_PAUSED);
    scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_ACTIVE);
    scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_ACTIVE);
    assertThat(
            RpcAssertions.assertRefused(
                    ErrorReason.ERROR_REASON_WRONG_STATE,
                    () -> scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_DRAFT))
                .message())
        .isEqualTo("journey " + id + " is active and cannot become draft");
    scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_ARCHIVED);
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_WRONG_STATE,
        () -> scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_ACTIVE));
  }

  @Test
  void withoutTheEventFeedAJourneyThatNeedsEventsDoesNotStart() {
    String id =
        create(
                CreateJourneyRequest.newBuilder()
                    .setName("events")
                    .setEntryCondition("{\"event\":\"account_created\"}")
                    .setDefinition(
                        Definitions.waiting("{\"delayHours\":1,\"waitForEvent\":\"purchase\"}"))
                    .setExitRules("[{\"event\":\"unsubscribed\"}]"))
            .getId();
    mesh.neighbours().down = true;
    try {
      RpcAssertions.assertRefused(
          ErrorReason.ERROR_REASON_UNAVAILABLE,
          () -> scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_ACTIVE));
    } finally {
      mesh.neighbours().down = false;
    }
    assertThat(get(id).getStatus()).isEqualTo(JourneyStatus.JOURNEY_STATUS_DRAFT);

    scenario.setStatus(id, JourneyStatus.JOURNEY_STATUS_ACTIVE);
    assertThat(mesh.neighbours().interests(tenant))
        .containsExactlyInAnyOrder("account_created", "purchase", "unsubscribed");
  }

  @Test
  void theDocumentedSimulationGivesTheDocumentedSteps() {
    String id =
        create(
                CreateJourneyRequest.newBuilder()
                    .setName("documented")
                    .setDefinition(
                        Definitions.flow()
                            .node("n1", "entry_trigger")
                            .node(
                                "n2",
                                "condition_split",
                                "{\"field\":\"plan\",\"operator\":\"eq\",\"value\":\"pro\"}")
                            .node("n3", "nba_decision")
                            .node("n4", "channel_action", "{\"channel\":\"email\"}")
                            .node("n5", "exit")
                            .edge("n1", "n2")
                            .edge("n2", "n3", "true")
                            .edge("n2", "n5", "false")
                            .edge("n3", "n4")
                            .edge("n4", "n5")
                            .json()))
            .getId();

    TestJourneyResponse response =
        mesh.journeys(tenant)
            .testJourney(
                TestJourneyRequest.newBuilder()
                    .setId(id)
                    .setCustomerAttributes("{\"plan\":\"pro\"}")
                    .build());

    assertThat(response)
        .isEqualTo(
            TestJourneyResponse.newBuilder()
                .addSteps(simulated(0, "n1", "entry_trigger", "customer enters journey"))
                .addSteps(simulated(1, "n2", "condition_split", "condition met (true branch)"))
                .addSteps(
                    simulated(
                        2,
                        "n3",
                        "nba_decision",
                        "NBA decision requested (decision flow: default-flow)"))
                .addSteps(simulated(3, "n4", "channel_action", "send via email"))
                .addSteps(simulated(4, "n5", "exit", "journey complete"))
                .setOutcome("completed")
                .build());
    TestJourneyResponse other =
        mesh.journeys(tenant).testJourney(TestJourneyRequest.newBuilder().setId(id).build());
    assertThat(other.getStepsList().stream().map(SimulatedStep::getDecision))
        .containsExactly(
            "customer enters journey", "condition not met (false branch)", "journey complete");
  }

  private static SimulatedStep simulated(int millis, String id, String type, String decision) {
    return SimulatedStep.newBuilder()
        .setNodeId(id)
        .setNodeType(type)
        .setDecision(decision)
        .setTimestamp(Timestamps.of(mesh.clock.instant().plusMillis(millis)))
        .build();
  }

  @Test
  void whatIsNotThereIsNotFound() {
    String unknown = "01890000-0000-7000-8000-000000000000";
    for (String id : List.of(unknown, "journey_001")) {
      RpcAssertions.assertRefused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> get(id));
      RpcAssertions.assertRefused(
          ErrorReason.ERROR_REASON_NOT_FOUND,
          () -> update(UpdateJourneyRequest.newBuilder().setId(id).setName("x")));
      RpcAssertions.assertRefused(
          ErrorReason.ERROR_REASON_NOT_FOUND,
          () ->
              mesh.journeys(tenant)
                  .deleteJourney(DeleteJourneyRequest.newBuilder().setId(id).build()));
    }
  }

  @Test
  void badInputIsRefusedByField() {
    assertThat(
            RpcAssertions.assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        create(
                            CreateJourneyRequest.newBuilder()
                                .setName("x".repeat(256))
                                .setDescription("x".repeat(2001))
                                .setMaxDurationDays(366)))
                .fields())
        .hasSize(3);
    assertThat(
            RpcAssertions.assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        create(
                            CreateJourneyRequest.newBuilder()
                                .setName("x")
                                .setExitRules("[{\"when\":\"enters\"}]")))
                .fields())
        .containsExactly(
            "exitRules[0]: must be {event}, {segmentId, when: enters|leaves} or {condition}");
  }
}
