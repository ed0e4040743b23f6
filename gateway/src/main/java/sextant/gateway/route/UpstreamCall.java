package sextant.gateway.route;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import sextant.gateway.error.UpstreamFailure;
import sextant.gateway.telemetry.RequestTelemetry;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.telemetry.Traces;

/// One unary call with bytes in and bytes out. Fails with [UpstreamFailure].
final class UpstreamCall extends ClientCall.Listener<byte[]> {

  /// Set by hand rather than through CallOptions: those start a timer for every call, a fifth of
  /// the gateway's CPU time, although Armeria's own already ends the request and thereby the call.
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);

  private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
  private byte[] message;

  private UpstreamCall() {}

  /// Ends no later than the HTTP request does, and at once when its client goes away.
  static CompletableFuture<byte[]> start(
      Channel channel,
      MethodDescriptor<byte[], byte[]> method,
      byte[] request,
      byte[] callerToken,
      ServiceRequestContext ctx) {
    UpstreamCall listener = new UpstreamCall();
    ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
    Metadata headers = new Metadata();
    headers.put(CallerTokens.HEADER, callerToken);
    RequestTelemetry.traceparent(ctx).ifPresent(trace -> headers.put(Traces.TRACEPARENT, trace));
    if (ctx.requestTimeoutMillis() > 0) {
      headers.put(TIMEOUT, remaining(ctx));
    }
    call.start(listener, headers);
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
    ctx.whenRequestCancelled()
        .thenAccept(cause -> call.cancel("the HTTP request was cancelled", cause));
    return listener.answer;
  }

  /// As the gRPC protocol wants it: at most eight digits, then a unit, here milliseconds.
  private static String remaining(ServiceRequestContext ctx) {
    long spentNanos = System.nanoTime() - ctx.log().partial().requestStartTimeNanos();
    long millis = ctx.requestTimeoutMillis() - TimeUnit.NANOSECONDS.toMillis(spentNanos);
    return Math.clamp(millis, 1, 99_999_999) + "m";
  }

  @Override
  public void onMessage(byte[] message) {
    this.message = message;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (status.isOk() && message != null) {
      answer.complete(message);
    } else if (status.isOk()) {
      answer.completeExceptionally(
          new UpstreamFailure(Status.INTERNAL.withDescription("OK without a message"), trailers));
    } else {
      answer.completeExceptionally(new UpstreamFailure(status, trailers));
    }
  }
}
