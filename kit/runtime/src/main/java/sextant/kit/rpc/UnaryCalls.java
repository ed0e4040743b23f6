package sextant.kit.rpc;

import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusException;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import sextant.kit.db.Database;
import sextant.kit.db.KeyedCall;

/// Validates each unary call and runs it, both on a virtual thread of its own, with exactly one hop
/// off the network thread: half the cost of an executor that carries every callback of the call.
final class UnaryCalls implements ServerInterceptor {

  static final Metadata.Key<String> IDEMPOTENCY_KEY =
      Metadata.Key.of("sextant-idempotency-key", Metadata.ASCII_STRING_MARSHALLER);

  private static final int MAX_KEY_LENGTH = 255;

  private final Executor virtualThreads;
  private final Optional<Database> database;

  /// `database`: where answers to calls with an idempotency key are kept; without one, such calls
  /// are refused.
  UnaryCalls(Executor virtualThreads, Optional<Database> database) {
    this.virtualThreads = virtualThreads;
    this.database = database;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    ServerCall.Listener<Q> listener = next.startCall(call, headers);
    if (!call.getMethodDescriptor().getType().clientSendsOneMessage()) {
      return listener;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      private Q request;

      @Override
      public void onMessage(Q message) {
        if (request == null) {
          request = message;
        } else {
          // A client that sends two requests is refused below.
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        virtualThreads.execute(Context.current().wrap(this::serve));
      }

      private void serve() {
        try {
          if (request != null) {
            List<ApiException.Violation> violations = Validation.violations((Message) request);
            if (!violations.isEmpty()) {
              throw ApiException.invalid(violations);
            }
            super.onMessage(request);
          }
          context((Message) request).run(super::onHalfClose);
        } catch (Throwable failure) {
          StatusException status =
              Errors.toStatus(failure, call.getMethodDescriptor().getFullMethodName());
          call.close(status.getStatus(), status.getTrailers());
        }
      }

      /// Of a request that carries a key of its own the service takes care itself.
      private Context context(Message request) {
        String key = headers.get(IDEMPOTENCY_KEY);
        if (key == null
            || request == null
            || request.getDescriptorForType().findFieldByName("idempotency_key") != null) {
          return Context.current();
        }
        if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
          throw ApiException.invalid(
              "Idempotency-Key", "must be 1 to " + MAX_KEY_LENGTH + " characters");
        }
        return Context.current()
            .withValue(
                KeyedCall.KEY,
                new KeyedCall(
                    database.orElseThrow(
                        () -> ApiException.invalid("Idempotency-Key", "cannot be honored here")),
                    Caller.current().tenantId(),
                    call.getMethodDescriptor().getFullMethodName(),
                    key,
                    request,
                    answer ->
                        call.getMethodDescriptor()
                            .parseResponse(new ByteArrayInputStream(answer))));
      }
    };
  }
}
