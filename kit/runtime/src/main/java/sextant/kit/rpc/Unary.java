package sextant.kit.rpc;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.slf4j.MDC;
import sextant.kit.telemetry.Traces;

/// The only code that talks to a StreamObserver of a unary call: a service method computes its
/// answer and throws what goes wrong.
public final class Unary {

  private Unary() {}

  public static <R> void respond(StreamObserver<R> observer, Supplier<R> answer) {
    Caller caller = Caller.current();
    // Never taken out again: the call has a virtual thread of its own.
    MDC.put("request", caller.requestId());
    MDC.put("tenant", caller.tenantId());
    Traces.currentTraceId().ifPresent(trace -> MDC.put("trace", trace));
    try {
      observer.onNext(answer.get());
    } catch (Throwable failure) {
      observer.onError(Errors.toStatus(failure, "call " + caller.requestId()));
      return;
    }
    observer.onCompleted();
  }

  /// The status to end a streaming call with after `failure`.
  public static Throwable failure(Throwable failure, String method) {
    return Errors.toStatus(failure, method);
  }
}
