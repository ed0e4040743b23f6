package sextant.kit.rpc;

import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPath;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.util.List;

/// Checks every unary request against the constraints that the contract states on its fields and
/// answers all violations at once. Messages of a client stream are the service's to check: one bad
/// message must not end the stream.
final class ValidationInterceptor implements ServerInterceptor {

  private final Validator validator = ValidatorFactory.newBuilder().build();

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    ServerCall.Listener<Q> listener = next.startCall(call, headers);
    if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return listener;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      private List<ApiException.Violation> violations = List.of();

      @Override
      public void onMessage(Q message) {
        violations = violations((Message) message);
        if (violations.isEmpty()) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (violations.isEmpty()) {
          super.onHalfClose();
          return;
        }
        StatusException status =
            StatusProto.toStatusException(ApiException.invalid(violations).toStatus());
        call.close(status.getStatus(), status.getTrailers());
      }
    };
  }

  private List<ApiException.Violation> violations(Message message) {
    try {
      ValidationResult result = validator.validate(message);
      return result.getViolations().stream()
          .map(
              violation ->
                  new ApiException.Violation(
                      path(violation.toProto().getField()), violation.toProto().getMessage()))
          .toList();
    } catch (ValidationException broken) {
      throw new IllegalStateException("the contract's constraints do not compile", broken);
    }
  }

  /// `events[3].customer_id`
  private static String path(FieldPath field) {
    StringBuilder path = new StringBuilder();
    for (FieldPathElement element : field.getElementsList()) {
      if (!path.isEmpty()) {
        path.append('.');
      }
      path.append(element.getFieldName());
      switch (element.getSubscriptCase()) {
        case INDEX -> path.append('[').append(element.getIndex()).append(']');
        case STRING_KEY -> path.append('[').append(element.getStringKey()).append(']');
        case BOOL_KEY -> path.append('[').append(element.getBoolKey()).append(']');
        case INT_KEY -> path.append('[').append(element.getIntKey()).append(']');
        case UINT_KEY -> path.append('[').append(element.getUintKey()).append(']');
        case SUBSCRIPT_NOT_SET -> {}
      }
    }
    return path.toString();
  }
}
