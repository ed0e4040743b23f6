package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import sextant.journeys.v1.ChannelKind;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.EnrollCustomersResponse;
import sextant.journeys.v1.Enrollment;
import sextant.journeys.v1.EnrollmentStatus;
import sextant.journeys.v1.EnrollmentStep;
import sextant.journeys.v1.GetCustomerTraceRequest;
import sextant.journeys.v1.GetJourneyAnalyticsRequest;
import sextant.journeys.v1.GetJourneyAnalyticsResponse;
import sextant.journeys.v1.Journey;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.journeys.v1.UpsertChannelRequest;

/// What most tests do, for a tenant of their own.
final class Scenario {

  final JourneysExtension mesh;
  final String tenant;

  Scenario(JourneysExtension mesh) {
    this.mesh = mesh;
    this.tenant = mesh.newTenant();
  }

  /// An active journey with this definition.
  String running(String definition) {
    return running(CreateJourneyRequest.newBuilder().setDefinition(definition));
  }

  String running(CreateJourneyRequest.Builder journey) {
    String id = mesh.journeys(tenant).createJourney(journey.setName("a journey").build()).getId();
    setStatus(id, JourneyStatus.JOURNEY_STATUS_ACTIVE);
    return id;
  }

  Journey setStatus(String journeyId, JourneyStatus status) {
    return mesh.journeys(tenant)
        .updateJourney(
            UpdateJourneyRequest.newBuilder().setId(journeyId).setStatus(status).build());
  }

  /// Enrolls, and lets everybody walk as far as he can.
  EnrollCustomersResponse enroll(String journeyId, String... customerIds) {
    EnrollCustomersResponse response =
        mesh.journeys(tenant)
            .enrollCustomers(
                EnrollCustomersRequest.newBuilder()
                    .setId(journeyId)
                    .addAllCustomerIds(List.of(customerIds))
                    .build());
    mesh.drain();
    return response;
  }

  /// The newest enrollment.
  Enrollment enrollment(String journeyId, String customerId) {
    return enrollments(journeyId, customerId).getFirst();
  }

  List<Enrollment> enrollments(String journeyId, String customerId) {
    return mesh.enrollments(tenant)
        .getCustomerTrace(
            GetCustomerTraceRequest.newBuilder()
                .setJourneyId(journeyId)
                .setCustomerId(customerId)
                .build())
        .getEnrollmentsList();
  }

  List<String> decisions(String journeyId, String customerId) {
    return enrollment(journeyId, customerId).getStepsList().stream()
        .map(EnrollmentStep::getDecision)
        .toList();
  }

  GetJourneyAnalyticsResponse analytics(String journeyId) {
    return mesh.journeys(tenant)
        .getJourneyAnalytics(GetJourneyAnalyticsRequest.newBuilder().setId(journeyId).build());
  }

  void logChannel(String name) {
    mesh.channels(tenant)
        .upsertChannel(
            UpsertChannelRequest.newBuilder()
                .setName(name)
                .setKind(ChannelKind.CHANNEL_KIND_LOG)
                .build());
  }

  void webhook(UpsertChannelRequest.Builder channel) {
    mesh.channels(tenant).upsertChannel(channel.setKind(ChannelKind.CHANNEL_KIND_WEBHOOK).build());
  }

  void assertOut(String journey, String customer, String reason) {
    Enrollment enrollment = enrollment(journey, customer);
    assertThat(enrollment.getStatus()).isEqualTo(EnrollmentStatus.ENROLLMENT_STATUS_EXITED);
    assertThat(enrollment.getReason()).isEqualTo(reason);
    assertThat(enrollment.hasDueAt()).isFalse();
    assertThat(enrollment.getEndedAt().getSeconds())
        .isEqualTo(mesh.clock.instant().getEpochSecond());
  }

  void assertAt(String journey, String customer, String nodeId) {
    Enrollment enrollment = enrollment(journey, customer);
    assertThat(enrollment.getStatus()).isEqualTo(EnrollmentStatus.ENROLLMENT_STATUS_ACTIVE);
    assertThat(enrollment.getNodeId()).isEqualTo(nodeId);
  }

  void assertDone(String journey, String customer) {
    assertThat(enrollment(journey, customer).getStatus())
        .isEqualTo(EnrollmentStatus.ENROLLMENT_STATUS_COMPLETED);
  }
}
