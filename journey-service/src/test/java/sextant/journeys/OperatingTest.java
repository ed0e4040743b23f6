package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.v1.CancelEnrollmentRequest;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.DeleteJourneyRequest;
import sextant.journeys.v1.GetCustomerTraceRequest;
import sextant.journeys.v1.JourneyStatus;
import sextant.kit.testing.RpcAssertions;

/// What operators do to running journeys and to those inside.
final class OperatingTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private final Scenario scenario = new Scenario(mesh);

  @AfterEach
  void invariantsHold() {
    mesh.drain();
    Invariants.check(mesh.database());
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
    scenario.assertAt(journey, "ada", "wait");
    assertThat(scenario.enrollment(journey, "ada").hasDueAt()).isFalse();
    scenario.assertAt(journey, "bob", "wait");
    RpcAssertions.assertRefused(
        ErrorReason.ERROR_REASON_WRONG_STATE, () -> scenario.enroll(journey, "late"));

    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ACTIVE);
    mesh.drain();
    scenario.assertDone(journey, "ada");
    scenario.assertDone(journey, "eve");
    scenario.assertOut(journey, "bob", "exit rule: event unsubscribed");
  }

  @Test
  void archivingSendsEverybodyOut() {
    String journey = scenario.running(Definitions.waiting("{\"delayHours\":24}"));
    scenario.enroll(journey, "ada", "bob");

    scenario.setStatus(journey, JourneyStatus.JOURNEY_STATUS_ARCHIVED);
    mesh.drain();

    scenario.assertOut(journey, "ada", "journey archived");
    scenario.assertOut(journey, "bob", "journey archived");
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

    scenario.assertOut(journey, "ada", "journey archived");
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

    scenario.assertOut(journey, "ada", "cancelled: asked to");
    scenario.assertAt(journey, "bob", "wait");
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
}
