package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.journeys.graph.RandomJourney;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.Enrollment;
import sextant.journeys.v1.EnrollmentStatus;
import sextant.journeys.v1.TestJourneyRequest;
import sextant.journeys.v1.TestJourneyResponse;
import sextant.kit.testing.Seeds;

/// What `/test` says a customer would do is what he does, node by node, over random journeys with
/// cycles.
class SimulationIsExecutionTest {

  @RegisterExtension static final JourneysExtension MESH = new JourneysExtension();

  private static final int TRIES = 40;
  private static final String CUSTOMER = "anna";

  private final Scenario scenario = new Scenario(MESH);
  private final Set<String> outcomes = new HashSet<>();
  private int longest;

  @Test
  void overRandomJourneys() {
    scenario.logChannel("log");
    Seeds.forEach(TRIES, this::agree);
    // Otherwise the journeys would be too simple to say anything.
    if (Long.getLong("sextant.seed") == null) {
      assertThat(outcomes).contains("completed", "exited");
      assertThat(longest).isGreaterThan(20);
    }
    Invariants.check(MESH.database());
  }

  private void agree(Random random) {
    String segmentId = UUID.randomUUID().toString();
    Instant start = MESH.clock.instant();
    String plan = random.nextBoolean() ? "pro" : "free";
    int visits = random.nextInt(10);
    Instant since = start.minusSeconds(random.nextInt(5 * 86_400));
    int spent = random.nextInt(10);
    boolean inside = random.nextBoolean();
    MESH.neighbours()
        .setAttributes(
            scenario.tenant,
            CUSTOMER,
            "{\"plan\": \"%s\", \"visits\": %d, \"since\": \"%s\"}".formatted(plan, visits, since));
    MESH.neighbours().setMetric(scenario.tenant, CUSTOMER, "spent", String.valueOf(spent));
    MESH.neighbours().addSegment(scenario.tenant, segmentId, "seg_000000000000");
    if (inside) {
      MESH.neighbours().members(scenario.tenant, segmentId).add(CUSTOMER);
    }
    RandomJourney drawn = RandomJourney.draw(random, start, segmentId);
    String journey =
        scenario.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(drawn.definition())
                .setExitRules(drawn.exitRules())
                .setMaxDurationDays(drawn.maxDurationDays()));

    TestJourneyResponse simulated =
        MESH.journeys(scenario.tenant)
            .testJourney(
                TestJourneyRequest.newBuilder()
                    .setId(journey)
                    .setCustomerAttributes(
                        RandomJourney.ATTRIBUTES.formatted(
                            plan, visits, since, spent, segmentId, inside))
                    .build());
    Enrollment executed = execute(journey, drawn);

    assertThat(executed.getStepsList().stream().map(s -> s.getNodeId() + " " + s.getDecision()))
        .as(drawn.toString())
        .containsExactlyElementsOf(
            simulated.getStepsList().stream()
                .map(s -> s.getNodeId() + " " + s.getDecision())
                .toList());
    assertThat(executed.getStatus())
        .as(drawn.toString())
        .isEqualTo(
            simulated.getOutcome().equals("completed")
                ? EnrollmentStatus.ENROLLMENT_STATUS_COMPLETED
                : EnrollmentStatus.ENROLLMENT_STATUS_EXITED);
    outcomes.add(simulated.getOutcome());
    longest = Math.max(longest, simulated.getStepsCount());
  }

  /// Lets a real customer walk, with a clock that jumps to whatever is next.
  private Enrollment execute(String journey, RandomJourney drawn) {
    scenario.enroll(journey, CUSTOMER);
    while (true) {
      Enrollment now = scenario.enrollment(journey, CUSTOMER);
      if (now.getStatus() != EnrollmentStatus.ENROLLMENT_STATUS_ACTIVE) {
        return now;
      }
      if (drawn.eventWaits().contains(now.getNodeId())) {
        MESH.neighbours().happen(scenario.tenant, CUSTOMER, "go");
      } else {
        Instant due = Instant.ofEpochSecond(now.getDueAt().getSeconds(), now.getDueAt().getNanos());
        assertThat(due).isAfter(MESH.clock.instant());
        MESH.clock.set(due);
      }
      MESH.drain();
    }
  }
}
