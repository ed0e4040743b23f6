package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.journeys.v1.CancelEnrollmentRequest;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.JourneyFunnel;
import sextant.journeys.v1.JourneyStepCounts;
import sextant.journeys.v1.UpdateJourneyRequest;

/// Customers walk through running journeys: waits, versions, counts.
final class WalkingTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);

  @AfterEach
  void invariantsHold() {
    mesh.drain();
    Invariants.check(mesh.database());
  }

  @Test
  void aWaitEndsWhenItsTimeHasCome() {
    String journey = scenario.running(Definitions.waiting("{\"delayHours\":48}"));
    scenario.enroll(journey, "ada");

    mesh.pass(Duration.ofHours(47));
    scenario.assertAt(journey, "ada", "wait");

    mesh.pass(Duration.ofHours(1));
    scenario.assertDone(journey, "ada");
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
    scenario.assertAt(journey, "bob", "wait");

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

    scenario.assertDone(journey, "ada");
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
    scenario.assertAt(journey, "ada", "wait");
    mesh.pass(Duration.ofHours(1));
    scenario.assertOut(journey, "ada", "maximum duration reached");
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

    scenario.assertAt(journey, "ada", "wait");
    scenario.assertDone(journey, "bob");
    assertThat(scenario.enrollment(journey, "ada").getVersion()).isEqualTo(1);
    assertThat(scenario.enrollment(journey, "bob").getVersion()).isEqualTo(2);
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
