package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.EnrollmentStep;
import sextant.journeys.v1.JourneyStatus;

/// Exit rules act from any wait.
final class ExitRulesTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);

  @AfterEach
  void invariantsHold() {
    mesh.drain();
    Invariants.check(mesh.database());
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

    scenario.assertOut(journey, "ada", "exit rule: event unsubscribed");
    scenario.assertAt(journey, "bob", "wait");
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

    scenario.assertOut(journey, "ada", "exit rule: condition met");
    scenario.assertAt(journey, "bob", "wait");
  }

  /// Of more than are asked about at once, where no other service has published anything.
  @Test
  void anExitConditionActsOnOneOfManyWhateverIsPublished() {
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(Definitions.waiting("{\"delayHours\":720}"))
                .setExitRules("[{\"condition\":{\"field\":\"plan\",\"value\":\"gone\"}}]"));
    for (int from : List.of(0, 600)) {
      scenario.enroll(
          journey,
          IntStream.range(from, from + 600).mapToObj(id -> "c" + id).toArray(String[]::new));
    }
    mesh.neighbours().setAttributes(scenario.tenant, "c777", "{\"plan\":\"gone\"}");

    mesh.drain();

    scenario.assertOut(journey, "c777", "exit rule: condition met");
    assertThat(scenario.analytics(journey).getFunnel().getActiveCount()).isEqualTo(1_199);
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
    scenario.assertAt(journey, "ada", "wait");

    segments.add(churned, scenario.tenant, "ada");
    segments.remove(loyal, scenario.tenant, "bob");
    mesh.drain();

    scenario.assertOut(journey, "ada", "exit rule: entered segment " + churned);
    scenario.assertOut(journey, "bob", "exit rule: left segment " + loyal);
    scenario.assertAt(journey, "eve", "wait");
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

    scenario.assertAt(journey, "ada", "wait");
    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ARCHIVED);
  }
}
