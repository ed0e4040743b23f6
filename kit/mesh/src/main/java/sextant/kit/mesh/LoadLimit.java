package sextant.kit.mesh;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Refuses unary calls beyond a number at the same time, before any work is done for them: what is
/// taken on then gets done in time, however many more come. Streams have flow control instead.
public final class LoadLimit implements ServerInterceptor {

  /// Of its own: a channel must not repeat the call elsewhere at once, as it does for UNAVAILABLE.
  private static final Status REFUSAL =
      Status.newBuilder()
          .setCode(Code.RESOURCE_EXHAUSTED_VALUE)
          .setMessage("too many calls at the same time; try again")
          .addDetails(
              Any.pack(ErrorInfo.newBuilder().setDomain("sextant").setReason("OVERLOADED").build()))
          .addDetails(
              Any.pack(
                  RetryInfo.newBuilder()
                      .setRetryDelay(Duration.newBuilder().setSeconds(1))
                      .build()))
          .build();

  private final int limit;
  private final AtomicInteger running = new AtomicInteger();

  public LoadLimit(int limit) {
    this.limit = limit;
  }

  /// Calls that run now.
  public int running() {
    return running.get();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() != MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    if (running.incrementAndGet() > limit) {
      running.decrementAndGet();
      // Made anew: gRPC writes into the trailers it is given.
      StatusException refusal = StatusProto.toStatusException(REFUSAL);
      call.close(refusal.getStatus(), refusal.getTrailers());
      return new ServerCall.Listener<>() {};
    }
    AtomicBoolean ended = new AtomicBoolean();
    try {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {

        @Override
        public void onComplete() {
          end(ended);
          super.onComplete();
        }

        @Override
        public void onCancel() {
          end(ended);
          super.onCancel();
        }
      };
    } catch (RuntimeException failure) {
      end(ended);
      throw failure;
    }
  }

  private void end(AtomicBoolean ended) {
    if (ended.compareAndSet(false, true)) {
      running.decrementAndGet();
    }
  }
}
