package sextant.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.journeys.v1.CancelEnrollmentRequest;
import sextant.journeys.v1.ChannelsServiceGrpc;
import sextant.journeys.v1.DeleteChannelRequest;
import sextant.journeys.v1.DeleteJourneyRequest;
import sextant.journeys.v1.DeliveriesServiceGrpc;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.EnrollmentsServiceGrpc;
import sextant.journeys.v1.GetCustomerTraceRequest;
import sextant.journeys.v1.GetJourneyAnalyticsRequest;
import sextant.journeys.v1.GetJourneyRequest;
import sextant.journeys.v1.JourneysServiceGrpc;
import sextant.journeys.v1.ListChannelsRequest;
import sextant.journeys.v1.ListDeadDeliveriesRequest;
import sextant.journeys.v1.ListJourneyVersionsRequest;
import sextant.journeys.v1.ListJourneysRequest;
import sextant.journeys.v1.ReplayDeliveriesRequest;
import sextant.journeys.v1.TestJourneyRequest;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.kit.testing.RpcAssertions;

/// Who may do what, and nobody with what is not his.
final class RolesAndTenantsTest {

  @RegisterExtension static final JourneysExtension mesh = new JourneysExtension();

  private static final List<Role> PEOPLE =
      List.of(Role.ROLE_VIEWER, Role.ROLE_EDITOR, Role.ROLE_ADMIN);

  @Test
  void theRolesOfTheDocument() {
    Map<String, Role> least = new LinkedHashMap<>();
    // The table of the journeys document.
    for (String rpc :
        List.of(
            "ListJourneys", "CreateJourney", "UpdateJourney", "EnrollCustomers", "TestJourney")) {
      least.put(rpc, Role.ROLE_EDITOR);
    }
    least.put("DeleteJourney", Role.ROLE_ADMIN);
    least.put("GetJourneyAnalytics", Role.ROLE_VIEWER);
    // What the document leaves open.
    for (String rpc :
        List.of(
            "GetJourney",
            "ListJourneyVersions",
            "GetCustomerTrace",
            "CancelEnrollment",
            "ListDeadDeliveries",
            "ReplayDeliveries")) {
      least.put(rpc, Role.ROLE_EDITOR);
    }
    for (String rpc : List.of("ListChannels", "UpsertChannel", "DeleteChannel")) {
      least.put(rpc, Role.ROLE_ADMIN);
    }
    least.put("CountJourneys", Role.ROLE_VIEWER);

    Map<String, Role> actual = new LinkedHashMap<>();
    for (MethodDescriptor<?, ?> method : methods()) {
      String name = method.getBareMethodName();
      for (Role role : PEOPLE.reversed()) {
        if (!isRefused(method, role)) {
          actual.put(name, role);
        }
      }
    }
    assertThat(actual).containsExactlyInAnyOrderEntriesOf(least);
  }

  private static List<MethodDescriptor<?, ?>> methods() {
    List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
    methods.addAll(JourneysServiceGrpc.getServiceDescriptor().getMethods());
    methods.addAll(EnrollmentsServiceGrpc.getServiceDescriptor().getMethods());
    methods.addAll(ChannelsServiceGrpc.getServiceDescriptor().getMethods());
    methods.addAll(DeliveriesServiceGrpc.getServiceDescriptor().getMethods());
    return methods;
  }

  private static <Q, R> boolean isRefused(MethodDescriptor<Q, R> method, Role role) {
    assertThat(method.getSchemaDescriptor()).isInstanceOf(ProtoMethodDescriptorSupplier.class);
    JourneysServiceGrpc.JourneysServiceBlockingStub stub =
        mesh.as(JourneysServiceGrpc::newBlockingStub, "roles", role);
    Channel channel = stub.getChannel();
    Q empty =
        ((MethodDescriptor.PrototypeMarshaller<Q>) method.getRequestMarshaller())
            .getMessagePrototype();
    try {
      ClientCalls.blockingUnaryCall(channel, method, stub.getCallOptions(), empty);
      return false;
    } catch (StatusRuntimeException failure) {
      return failure.getStatus().getCode() == Status.Code.PERMISSION_DENIED;
    }
  }

  @Test
  void anotherTenantFindsNothing() {
    Scenario mine = new Scenario(mesh);
    mine.logChannel("email");
    String journey = mine.running(Definitions.sending("{\"delayHours\":24}", "email"));
    mine.enroll(journey, "ada");
    String theirs = mesh.newTenant();
    var journeys = mesh.journeys(theirs);
    var enrollments = mesh.enrollments(theirs);
    List<ThrowingCallable> calls =
        List.of(
            () -> journeys.getJourney(GetJourneyRequest.newBuilder().setId(journey).build()),
            () ->
                journeys.updateJourney(
                    UpdateJourneyRequest.newBuilder().setId(journey).setName("mine").build()),
            () -> journeys.deleteJourney(DeleteJourneyRequest.newBuilder().setId(journey).build()),
            () ->
                journeys.listJourneyVersions(
                    ListJourneyVersionsRequest.newBuilder().setId(journey).build()),
            () ->
                journeys.enrollCustomers(
                    EnrollCustomersRequest.newBuilder()
                        .setId(journey)
                        .setCustomerId("eve")
                        .build()),
            () -> journeys.testJourney(TestJourneyRequest.newBuilder().setId(journey).build()),
            () ->
                journeys.getJourneyAnalytics(
                    GetJourneyAnalyticsRequest.newBuilder().setId(journey).build()),
            () ->
                enrollments.getCustomerTrace(
                    GetCustomerTraceRequest.newBuilder()
                        .setJourneyId(journey)
                        .setCustomerId("ada")
                        .build()),
            () ->
                enrollments.cancelEnrollment(
                    CancelEnrollmentRequest.newBuilder()
                        .setJourneyId(journey)
                        .setCustomerId("ada")
                        .build()),
            () ->
                mesh.channels(theirs)
                    .deleteChannel(DeleteChannelRequest.newBuilder().setName("email").build()));
    for (var call : calls) {
      RpcAssertions.assertRefused(ErrorReason.ERROR_REASON_NOT_FOUND, call);
    }
    assertThat(journeys.listJourneys(ListJourneysRequest.getDefaultInstance()).getDataList())
        .isEmpty();
    assertThat(
            mesh.channels(theirs)
                .listChannels(ListChannelsRequest.getDefaultInstance())
                .getDataList())
        .isEmpty();
    assertThat(
            mesh.deliveries(theirs)
                .listDeadDeliveries(ListDeadDeliveriesRequest.getDefaultInstance())
                .getDataList())
        .isEmpty();
    assertThat(
            mesh.deliveries(theirs)
                .replayDeliveries(
                    ReplayDeliveriesRequest.newBuilder().setJourneyId(journey).build())
                .getReplayed())
        .isZero();
    assertThat(mine.enrollment(journey, "ada").getNodeId()).isEqualTo("wait");
  }

  @Test
  void theDatabaseItselfKeepsTenantsApart() {
    Object rows =
        mesh.database()
            .asOwner(
                db -> {
                  db.execute("set role sextant_journeys");
                  db.execute("set sextant.tenant = 'nobody'");
                  return db.fetchValue(
                      """
                      select (select count(*) from journeys.journey)
                           + (select count(*) from journeys.journey_version)
                           + (select count(*) from journeys.enrollment)
                           + (select count(*) from journeys.step)
                           + (select count(*) from journeys.delivery)
                           + (select count(*) from journeys.channel)
                           + (select count(*) from journeys.node_count)
                      """);
                });
    assertThat(rows).isEqualTo(0L);
  }
}
