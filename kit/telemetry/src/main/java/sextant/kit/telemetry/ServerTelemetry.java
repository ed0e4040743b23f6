package sextant.kit.telemetry;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Tags;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;

/// Times every call of a gRPC server and gives it its span. Comes before all other interceptors, so
/// that refused calls count as well.
public final class ServerTelemetry implements ServerInterceptor {

  private record Key(MethodDescriptor<?, ?> method, Status.Code code) {}

  private static final Meters<Key> METERS =
      new Meters<>(
          "sextant.rpc",
          "gRPC calls served, by their outcome",
          key ->
              Tags.of(
                  "service", key.method().getServiceName(),
                  "method", key.method().getBareMethodName(),
                  "code", key.code().name()));

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Span span =
        Traces.serve(
            headers.get(Traces.TRACEPARENT), call.getMethodDescriptor().getFullMethodName());
    Timed<Q, R> timed = new Timed<>(call, span);
    if (!span.getSpanContext().isValid()) {
      return timed.listen(next.startCall(timed, headers));
    }
    Context context = Context.current().withValue(Traces.CURRENT, span);
    return timed.listen(Contexts.interceptCall(context, timed, headers, next));
  }

  private static final class Timed<Q, R> extends SimpleForwardingServerCall<Q, R> {

    private final long start = System.nanoTime();
    private final Span span;
    private boolean ended;

    Timed(ServerCall<Q, R> call, Span span) {
      super(call);
      this.span = span;
    }

    /// A call whose client went away may never be closed.
    ServerCall.Listener<Q> listen(ServerCall.Listener<Q> listener) {
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onCancel() {
          end(Status.CANCELLED);
          super.onCancel();
        }
      };
    }

    @Override
    public void close(Status status, Metadata trailers) {
      end(status);
      super.close(status, trailers);
    }

    private void end(Status status) {
      synchronized (this) {
        if (ended) {
          return;
        }
        ended = true;
      }
      METERS.record(new Key(getMethodDescriptor(), status.getCode()), System.nanoTime() - start);
      if (span.isRecording()) {
        span.setAttribute("rpc.system", "grpc");
        span.setAttribute("rpc.grpc.status_code", status.getCode().value());
        if (!status.isOk()) {
          span.setStatus(StatusCode.ERROR, status.getCode().name());
        }
        span.end();
      }
    }
  }
}
