package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.journeys.v1.Enrollment;
import sextant.journeys.v1.EnrollmentStatus;
import sextant.journeys.v1.EnrollmentStep;

/// Customers walk through running journeys.
final class WalkingTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);

  @Test
  void aWaitEndsWhenItsTimeHasCome() {
    String journey = scenario.running(Definitions.waiting("{\"delayHours\":48}"));
    scenario.enroll(journey, "ada");

    mesh.pass(Duration.ofHours(47));
    assertThat(scenario.enrollment(journey, "ada").getNodeId()).isEqualTo("wait");

    mesh.pass(Duration.ofHours(1));
    Enrollment done = scenario.enrollment(journey, "ada");
    assertThat(done.getStatus()).isEqualTo(EnrollmentStatus.ENROLLMENT_STATUS_COMPLETED);
    assertThat(done.getStepsList().stream().map(EnrollmentStep::getDecision))
        .isEqualTo(List.of("customer enters journey", "wait 48 hours", "journey complete"));
  }
}
