package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceStub;
import sextant.metrics.v1.OutcomeTypesServiceGrpc;

/// Every RPC with every role, and without a caller.
class RolesTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  private static final Map<String, Role> LEAST_ROLE =
      Map.of(
          "RecordResponse", Role.ROLE_EDITOR,
          "RecordInteractions", Role.ROLE_EDITOR,
          "StreamInteractions", Role.ROLE_EDITOR,
          "ImportInteractions", Role.ROLE_EDITOR,
          "CorrectInteraction", Role.ROLE_EDITOR,
          "RetractInteraction", Role.ROLE_EDITOR,
          "ListInteractions", Role.ROLE_VIEWER,
          "ListOutcomeTypes", Role.ROLE_VIEWER,
          "UpsertOutcomeType", Role.ROLE_EDITOR,
          "DeleteOutcomeType", Role.ROLE_EDITOR);

  private static List<MethodDescriptor<?, ?>> methods() {
    return Stream.of(
            InteractionsServiceGrpc.getServiceDescriptor(),
            OutcomeTypesServiceGrpc.getServiceDescriptor())
        .<MethodDescriptor<?, ?>>flatMap(service -> service.getMethods().stream())
        .toList();
  }

  @Test
  void onlyRolesThatAreHighEnoughGetIn() throws Exception {
    List<String> seen = new ArrayList<>();
    for (MethodDescriptor<?, ?> method : methods()) {
      seen.add(method.getBareMethodName());
      for (Role role :
          List.of(Role.ROLE_VIEWER, Role.ROLE_EDITOR, Role.ROLE_ADMIN, Role.ROLE_SERVICE)) {
        InteractionsServiceStub stub =
            metrics.as(InteractionsServiceGrpc::newStub, metrics.newTenant(), role);
        boolean allowed =
            role.getNumber() >= LEAST_ROLE.get(method.getBareMethodName()).getNumber();
        assertThat(call(stub.getChannel(), stub.getCallOptions(), method))
            .as(method.getBareMethodName() + " as " + role)
            .satisfies(
                status -> assertThat(status != Status.Code.PERMISSION_DENIED).isEqualTo(allowed));
      }
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(LEAST_ROLE.keySet());
  }

  @Test
  void nobodyGetsInWithoutACaller() throws Exception {
    Channel channel =
        metrics
            .as(InteractionsServiceGrpc::newStub, metrics.newTenant(), Role.ROLE_ADMIN)
            .getChannel();
    for (MethodDescriptor<?, ?> method : methods()) {
      assertThat(call(channel, CallOptions.DEFAULT, method))
          .as(method.getBareMethodName())
          .isEqualTo(Status.Code.UNAUTHENTICATED);
    }
  }

  /// Sends one empty request, whatever the kind of call, and returns how the call ends.
  private static <Q> Status.Code call(
      Channel channel, CallOptions options, MethodDescriptor<Q, ?> method) throws Exception {
    return end(channel.newCall(method, options), emptyRequest(method));
  }

  private static <Q, R> Status.Code end(ClientCall<Q, R> call, Q request) throws Exception {
    CompletableFuture<Status.Code> end = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status.getCode());
          }
        },
        new Metadata());
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    return end.get(20, TimeUnit.SECONDS);
  }

  private static <Q> Q emptyRequest(MethodDescriptor<Q, ?> method) {
    PrototypeMarshaller<Q> marshaller = (PrototypeMarshaller<Q>) method.getRequestMarshaller();
    Q prototype = marshaller.getMessagePrototype();
    assertThat(((Message) prototype).getSerializedSize()).isZero();
    return prototype;
  }
}
