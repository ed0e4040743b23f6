package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.decisions.v1.DecideResponse;
import sextant.decisions.v1.DecidedOffer;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.v1.CancelEnrollmentRequest;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.DeleteJourneyRequest;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.Enrollment;
import sextant.journeys.v1.EnrollmentStatus;
import sextant.journeys.v1.EnrollmentStep;
import sextant.journeys.v1.GetCustomerTraceRequest;
import sextant.journeys.v1.JourneyFunnel;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.JourneyStepCounts;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.kit.testing.RpcAssertions;

/// Customers walk through running journeys.
final class WalkingTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);

  @AfterEach
  void invariantsHold() {
    mesh.neighbours().down = false;
    mesh.drain();
    Invariants.check(mesh.database());
  }

  private void assertOut(String journey, String customer, String reason) {
    Enrollment enrollment = scenario.enrollment(journey, customer);
    assertThat(enrollment.getStatus()).isEqualTo(EnrollmentStatus.ENROLLMENT_STATUS_EXITED);
    assertThat(enrollment.getReason()).isEqualTo(reason);
    assertThat(enrollment.hasDueAt()).isFalse();
    assertThat(enrollment.getEndedAt().getSeconds())
        .isEqualTo(mesh.clock.instant().getEpochSecond());
  }

  private void assertAt(String journey, String customer, String nodeId) {
    Enrollment enrollment = scenario.enrollment(journey, customer);
    assertThat(enrollment.getStatus()).isEqualTo(EnrollmentStatus.ENROLLMENT_STATUS_ACTIVE);
    assertThat(enrollment.getNodeId()).isEqualTo(nodeId);
  }

  private void assertDone(String journey, String customer) {
    assertThat(scenario.enrollment(journey, customer).getStatus())
        .isEqualTo(EnrollmentStatus.ENROLLMENT_STATUS_COMPLETED);
  }

  @Test
  void aWaitEndsWhenItsTimeHasCome() {
    String journey = scenario.running(Definitions.waiting("{\"delayHours\":48}"));
    scenario.enroll(journey, "ada");

    mesh.pass(Duration.ofHours(47));
    assertAt(journey, "ada", "wait");

    mesh.pass(Duration.ofHours(1));
    assertDone(journey, "ada");
    assertThat(scenario.decisions(journey, "ada"))
        .isEqualTo(List.of("customer enters journey", "wait 48 hours", "journey complete"));
  }

  @Test
  void aWaitEndsWithTheEventIfThatIsFirst() {
    String journey =
        scenario.running(
            Definitions.flow()
                .node("in", "entry_trigger")
                .node("wait", "wait", "{\"delayHours\":48,\"waitForEvent\":\"purchase\"}")
                .node("bought", "exit")
                .node("late", "exit")
                .edge("in", "wait")
                .edge("wait", "bought", "event")
                .edge("wait", "late", "timeout")
                .json());
    scenario.enroll(journey, "ada", "bob", "eve");

    mesh.neighbours().happen(scenario.tenant, "ada", "purchase");
    mesh.neighbours().happen(scenario.tenant, "bob", "click");
    mesh.pass(Duration.ofHours(1));
    assertThat(scenario.enrollment(journey, "ada").getNodeId()).isEqualTo("bought");
    assertThat(scenario.enrollment(journey, "ada").getSteps(1).getDetail())
        .isEqualTo("event purchase");
    assertAt(journey, "bob", "wait");

    mesh.pass(Duration.ofHours(47));
    assertThat(scenario.enrollment(journey, "bob").getNodeId()).isEqualTo("late");
    assertThat(scenario.enrollment(journey, "eve").getNodeId()).isEqualTo("late");
  }

  @Test
  void anEventCountsForAWaitThatNobodyHadComeToBeginYet() {
    String journey =
        scenario.running(Definitions.waiting("{\"delayHours\":48,\"waitForEvent\":\"purchase\"}"));
    mesh.journeys(scenario.tenant)
        .enrollCustomers(
            EnrollCustomersRequest.newBuilder().setId(journey).setCustomerId("ada").build());
    mesh.neighbours().happen(scenario.tenant, "ada", "purchase");

    mesh.drain();

    assertDone(journey, "ada");
  }

  @Test
  void aSplitAsksForAttributesMetricsSegmentsAndDecisions() {
    String tenant = scenario.tenant;
    mesh.neighbours().addSegment(tenant, "seg-1", "seg_000000000001");
    mesh.neighbours().members(tenant, "seg-1").addAll(List.of("ada", "bob"));
    mesh.neighbours().setAttributes(tenant, "ada", "{\"plan\":\"pro\"}");
    mesh.neighbours().setAttributes(tenant, "bob", "{\"plan\":\"pro\"}");
    mesh.neighbours().setAttributes(tenant, "eve", "{\"plan\":\"pro\"}");
    mesh.neighbours().setMetric(tenant, "ada", "orders", "12.5");
    mesh.neighbours().setMetric(tenant, "bob", "orders", "12.4");
    mesh.neighbours().setMetric(tenant, "eve", "orders", "99");
    String journey =
        scenario.running(
            Definitions.flow()
                .node("in", "entry_trigger")
                .node(
                    "split",
                    "condition_split",
                    """
                    {"and":[{"field":"plan","value":"pro"},
                      {"field":"metric.orders","operator":">=","value":12.5},
                      {"field":"segment.seg-1","value":true},
                      {"field":"decision.offerId","operator":"is_null"}]}
                    """)
                .node("yes", "exit")
                .node("no", "exit")
                .edge("in", "split")
                .edge("split", "yes", "true")
                .edge("split", "no", "false")
                .json());

    scenario.enroll(journey, "ada", "bob", "eve", "stranger");

    assertThat(scenario.enrollment(journey, "ada").getNodeId()).isEqualTo("yes");
    assertThat(scenario.enrollment(journey, "bob").getNodeId()).isEqualTo("no");
    assertThat(scenario.enrollment(journey, "eve").getNodeId()).isEqualTo("no");
    assertThat(scenario.enrollment(journey, "stranger").getNodeId()).isEqualTo("no");
  }

  @Test
  void factsThatAreNotToBeHadAreWaitedForAndThenDoneWithout() {
    String journey =
        scenario.running(
            Definitions.flow()
                .node("in", "entry_trigger")
                .node("split", "condition_split", "{\"field\":\"vip\",\"value\":true}")
                .node("yes", "exit")
                .node("no", "exit")
                .edge("in", "split")
                .edge("split", "yes", "true")
                .edge("split", "no", "false")
                .json());
    mesh.neighbours().setAttributes(scenario.tenant, "ada", "{\"vip\":true}");
    mesh.neighbours().setAttributes(scenario.tenant, "bob", "{\"vip\":true}");
    mesh.neighbours().down = true;
    enrollWithoutFeed(journey, "ada");
    assertAt(journey, "ada", "split");

    mesh.neighbours().down = false;
    mesh.pass(Duration.ofSeconds(1));
    assertThat(scenario.enrollment(journey, "ada").getNodeId()).isEqualTo("yes");

    mesh.neighbours().down = true;
    enrollWithoutFeed(journey, "bob");
    for (int minute = 0; minute < 30; minute++) {
      mesh.clock.advance(Duration.ofMinutes(1));
      mesh.moveOnly();
    }
    assertThat(scenario.enrollment(journey, "bob").getNodeId()).isEqualTo("no");
  }

  private void enrollWithoutFeed(String journey, String customer) {
    mesh.journeys(scenario.tenant)
        .enrollCustomers(
            EnrollCustomersRequest.newBuilder().setId(journey).setCustomerId(customer).build());
    mesh.moveOnly();
  }

  @Test
  void aDecisionIsAskedForOnceAndGoesIntoTheDelivery() {
    scenario.logChannel("email");
    String journey = scenario.running(deciding("{\"decisionFlowKey\":\"retention\"}"));
    mesh.neighbours().arbiter =
        request ->
            DecideResponse.newBuilder()
                .setDecisionId("dec_" + request.getDecisionFlowKey())
                .setOffer(DecidedOffer.newBuilder().setOfferId("off_1").setScore(0.75).setRank(1))
                .build();
    int before = mesh.neighbours().decisions();

    scenario.enroll(journey, "ada");

    assertDone(journey, "ada");
    assertThat(mesh.neighbours().decisions()).isEqualTo(before + 1);
    EnrollmentStep step = scenario.enrollment(journey, "ada").getSteps(1);
    assertThat(step.getDecision()).isEqualTo("NBA decision requested (decision flow: retention)");
    assertThat(step.getDetail()).isEqualTo("offer off_1 decided");
    assertThat(body(journey, "ada"))
        .contains(
            "\"decision\":{\"decisionId\":\"dec_retention\",\"offerId\":\"off_1\",\"score\":0.75,"
                + "\"rank\":1}");
  }

  @Test
  void withoutADecisionInTimeTheFallbackIsTaken() {
    scenario.logChannel("email");
    String journey =
        scenario.running(deciding("{\"timeoutMs\":50,\"fallback\":{\"offerId\":\"off_0\"}}"));
    mesh.neighbours().arbiter =
        _ -> {
          throw Status.RESOURCE_EXHAUSTED.asRuntimeException();
        };

    scenario.enroll(journey, "ada");

    assertThat(scenario.enrollment(journey, "ada").getSteps(1).getDetail())
        .isEqualTo("fallback: the decision service failed with RESOURCE_EXHAUSTED");
    assertThat(body(journey, "ada")).contains("\"decision\":{\"offerId\":\"off_0\"}");
  }

  private static String deciding(String config) {
    return Definitions.flow()
        .node("in", "entry_trigger")
        .node("nba", "nba_decision", config)
        .node("send", "channel_action", "{\"channel\":\"email\"}")
        .node("out", "exit")
        .edge("in", "nba")
        .edge("nba", "send")
        .edge("send", "out")
        .json();
  }

  private String body(String journey, String customer) {
    String id = scenario.enrollment(journey, customer).getDeliveries(0).getId();
    return mesh.database()
        .asOwner(
            db ->
                db.fetchValue("select body from journeys.delivery where delivery_id = ?::uuid", id))
        .toString();
  }

  @Test
  void nobodyStaysLongerThanTheMaximumDuration() {
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setMaxDurationDays(2)
                .setDefinition(Definitions.waiting("{\"delayHours\":72}")));
    scenario.enroll(journey, "ada");

    mesh.pass(Duration.ofHours(47));
    assertAt(journey, "ada", "wait");
    mesh.pass(Duration.ofHours(1));
    assertOut(journey, "ada", "maximum duration reached");
  }

  @Test
  void anExitEventActsAtOnceFromAnyWait() {
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(Definitions.waiting("{\"delayHours\":720}"))
                .setExitRules("[{\"event\":\"unsubscribed\"}]"));
    scenario.enroll(journey, "ada", "bob");

    mesh.neighbours().happen(scenario.tenant, "ada", "unsubscribed");
    mesh.drain();

    assertOut(journey, "ada", "exit rule: event unsubscribed");
    assertAt(journey, "bob", "wait");
    EnrollmentStep last = scenario.enrollment(journey, "ada").getSteps(1);
    assertThat(last.getDecision()).isEqualTo("wait 720 hours");
    assertThat(last.getDetail()).isEqualTo("exited: exit rule: event unsubscribed");
  }

  @Test
  void anExitConditionActsAtOnceFromAnyWait() {
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(Definitions.waiting("{\"delayHours\":720}"))
                .setExitRules(
                    """
                    [{"condition":{"field":"metric.complaints","operator":"gte","value":3}}]
                    """));
    scenario.enroll(journey, "ada", "bob");
    mesh.neighbours().setMetric(scenario.tenant, "ada", "complaints", "3");
    mesh.neighbours().setMetric(scenario.tenant, "bob", "complaints", "2");

    mesh.drain();

    assertOut(journey, "ada", "exit rule: condition met");
    assertAt(journey, "bob", "wait");
  }

  @Test
  void exitSegmentsActAtOnceFromAnyWait() {
    SegmentTables segments = new SegmentTables(mesh.database());
    String churned = segments.create(mesh.neighbours(), scenario.tenant);
    String loyal = segments.create(mesh.neighbours(), scenario.tenant);
    segments.add(loyal, scenario.tenant, "ada", "bob", "eve");
    mesh.neighbours().members(scenario.tenant, loyal).addAll(List.of("ada", "bob", "eve"));
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(Definitions.waiting("{\"delayHours\":720}"))
                .setExitRules(
                    """
                    [{"segmentId":"%s","when":"enters"},{"segmentId":"%s","when":"leaves"}]
                    """
                        .formatted(churned, loyal)));
    scenario.enroll(journey, "ada", "bob", "eve");
    assertAt(journey, "ada", "wait");

    segments.add(churned, scenario.tenant, "ada");
    segments.remove(loyal, scenario.tenant, "bob");
    mesh.drain();

    assertOut(journey, "ada", "exit rule: entered segment " + churned);
    assertOut(journey, "bob", "exit rule: left segment " + loyal);
    assertAt(journey, "eve", "wait");
  }

  @Test
  void aSegmentWhoseViewIsGoneSendsNobodyOut() {
    SegmentTables segments = new SegmentTables(mesh.database());
    String loyal = segments.create(mesh.neighbours(), scenario.tenant);
    segments.add(loyal, scenario.tenant, "ada");
    mesh.neighbours().members(scenario.tenant, loyal).add("ada");
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(Definitions.waiting("{\"delayHours\":720}"))
                .setExitRules("[{\"segmentId\":\"%s\",\"when\":\"leaves\"}]".formatted(loyal)));
    scenario.enroll(journey, "ada");

    segments.drop(loyal);
    mesh.drain();

    assertAt(journey, "ada", "wait");
    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ARCHIVED);
  }

  @Test
  void aPausedJourneyFreezesAndGoesOnWhereItWas() {
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(Definitions.waiting("{\"delayHours\":24}"))
                .setExitRules("[{\"event\":\"unsubscribed\"}]"));
    scenario.enroll(journey, "ada", "bob", "eve");
    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_PAUSED);

    mesh.neighbours().happen(scenario.tenant, "bob", "unsubscribed");
    mesh.pass(Duration.ofHours(30));
    assertAt(journey, "ada", "wait");
    assertThat(scenario.enrollment(journey, "ada").hasDueAt()).isFalse();
    assertAt(journey, "bob", "wait");
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_WRONG_STATE, () -> scenario.enroll(journey, "late"));

    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ACTIVE);
    mesh.drain();
    assertDone(journey, "ada");
    assertDone(journey, "eve");
    assertOut(journey, "bob", "exit rule: event unsubscribed");
  }

  @Test
  void archivingSendsEverybodyOut() {
    String journey = scenario.running(Definitions.waiting("{\"delayHours\":24}"));
    scenario.enroll(journey, "ada", "bob");

    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ARCHIVED);
    mesh.drain();

    assertOut(journey, "ada", "journey archived");
    assertOut(journey, "bob", "journey archived");
    assertThat(scenario.analytics(journey).getFunnel().getActiveCount()).isZero();
  }

  @Test
  void archivingAPausedJourneySendsOutWhoWasSetAside() {
    String journey = scenario.running(Definitions.waiting("{\"delayHours\":24}"));
    scenario.enroll(journey, "ada");
    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_PAUSED);
    mesh.pass(Duration.ofHours(25));

    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ARCHIVED);
    mesh.drain();

    assertOut(journey, "ada", "journey archived");
  }

  @Test
  void aDeletedJourneyLeavesNothingBehind() {
    scenario.logChannel("email");
    String journey = scenario.running(Definitions.sending("{\"delayHours\":24}", "email"));
    scenario.enroll(journey, "ada", "bob");
    mesh.pass(Duration.ofHours(24));
    scenario.enroll(journey, "eve");

    mesh.journeys(scenario.tenant)
        .deleteJourney(DeleteJourneyRequest.newBuilder().setId(journey).build());
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND, () -> scenario.analytics(journey));
    mesh.drain();

    for (String table :
        List.of("journey", "journey_version", "enrollment", "step", "delivery", "node_count")) {
      Object rows =
          mesh.database()
              .asOwner(
                  db ->
                      db.fetchValue(
                          "select count(*) from journeys." + table + " where tenant_id = ?",
                          scenario.tenant));
      assertThat(rows).as(table).isEqualTo(0L);
    }
  }

  @Test
  void whoIsInsideStaysOnHisVersion() {
    String journey = scenario.running(Definitions.waiting("{\"delayHours\":24}"));
    scenario.enroll(journey, "ada");

    mesh.journeys(scenario.tenant)
        .updateJourney(
            UpdateJourneyRequest.newBuilder()
                .setId(journey)
                .setDefinition(Definitions.waiting("{\"delayHours\":1}"))
                .build());
    scenario.enroll(journey, "bob");
    mesh.pass(Duration.ofHours(2));

    assertAt(journey, "ada", "wait");
    assertDone(journey, "bob");
    assertThat(scenario.enrollment(journey, "ada").getVersion()).isEqualTo(1);
    assertThat(scenario.enrollment(journey, "bob").getVersion()).isEqualTo(2);
  }

  @Test
  void cancellingTakesACustomerOutAtOnce() {
    String journey = scenario.running(Definitions.waiting("{\"delayHours\":24}"));
    scenario.enroll(journey, "ada", "bob");
    CancelEnrollmentRequest ada =
        CancelEnrollmentRequest.newBuilder()
            .setJourneyId(journey)
            .setCustomerId("ada")
            .setReason("asked to")
            .build();

    assertThat(mesh.enrollments(scenario.tenant).cancelEnrollment(ada).getCancelled()).isOne();

    assertOut(journey, "ada", "cancelled: asked to");
    assertAt(journey, "bob", "wait");
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_WRONG_STATE,
        () -> mesh.enrollments(scenario.tenant).cancelEnrollment(ada));
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () ->
            mesh.enrollments(scenario.tenant)
                .cancelEnrollment(ada.toBuilder().setCustomerId("stranger").build()));
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () ->
            mesh.enrollments(scenario.tenant)
                .getCustomerTrace(
                    GetCustomerTraceRequest.newBuilder()
                        .setJourneyId(journey)
                        .setCustomerId("stranger")
                        .build()));
  }

  @Test
  void analyticsCountEveryStep() {
    String journey =
        scenario.running(
            Definitions.flow()
                .node("in", "entry_trigger")
                .node("wait", "wait", "{\"delayHours\":1}")
                .node("split", "condition_split", "{\"field\":\"vip\",\"value\":true}")
                .node("out", "exit")
                .edge("in", "wait")
                .edge("wait", "split")
                .edge("split", "out", "true")
                .edge("split", "wait", "false")
                .json());
    mesh.neighbours().setAttributes(scenario.tenant, "ada", "{\"vip\":true}");
    scenario.enroll(journey, "ada", "bob", "eve");
    mesh.pass(Duration.ofHours(1));
    mesh.enrollments(scenario.tenant)
        .cancelEnrollment(
            CancelEnrollmentRequest.newBuilder()
                .setJourneyId(journey)
                .setCustomerId("eve")
                .build());

    var analytics = scenario.analytics(journey);

    assertThat(analytics.getFunnel())
        .isEqualTo(
            JourneyFunnel.newBuilder()
                .setTotalEntries(3)
                .setActiveCount(1)
                .setCompletedCount(1)
                .setExitedCount(1)
                .setCompletionRate(0.3333)
                .build());
    assertThat(analytics.getStepsList())
        .isEqualTo(
            List.of(
                step("in", "entry_trigger", 3, 0),
                step("wait", "wait", 5, 1),
                step("split", "condition_split", 3, 0),
                step("out", "exit", 1, 0)));
  }

  private static JourneyStepCounts step(String id, String type, long reached, long dropoff) {
    return JourneyStepCounts.newBuilder()
        .setNodeId(id)
        .setNodeType(type)
        .setReached(reached)
        .setDropoff(dropoff)
        .build();
  }
}
