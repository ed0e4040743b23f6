package sextant.gateway.telemetry;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.core.instrument.Tags;
import io.netty.util.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Optional;
import sextant.kit.telemetry.Meters;
import sextant.kit.telemetry.Traces;

/// Times every request by its route, never by its path, and gives it its span.
public final class RequestTelemetry implements DecoratingHttpServiceFunction {

  private record Key(String method, String route, int status) {}

  private static final Meters<Key> METERS =
      new Meters<>(
          "sextant.http.requests",
          "HTTP requests answered, by route and status; status 0: the client went away",
          key ->
              Tags.of(
                  "method", key.method(),
                  "route", key.route(),
                  "status", Integer.toString(key.status())));

  private static final AttributeKey<Span> SPAN =
      AttributeKey.valueOf(RequestTelemetry.class, "span");
  private static final int FIRST_SERVER_ERROR = 500;

  @Override
  public HttpResponse serve(HttpService next, ServiceRequestContext ctx, HttpRequest request)
      throws Exception {
    String route = ctx.config().route().patternString();
    Span span =
        Traces.serve(
            request.headers().get(Traces.TRACEPARENT.name()), ctx.method().name() + " " + route);
    if (span.getSpanContext().isValid()) {
      ctx.setAttr(SPAN, span);
    }
    ctx.log().whenComplete().thenAccept(log -> end(log, route, span));
    return next.serve(ctx, request);
  }

  private static void end(RequestLog log, String route, Span span) {
    int status = log.responseHeaders().status().code();
    String method = log.requestHeaders().method().name();
    METERS.record(new Key(method, route, status), log.totalDurationNanos());
    if (span.isRecording()) {
      span.setAttribute("http.request.method", method);
      span.setAttribute("http.route", route);
      span.setAttribute("http.response.status_code", status);
      if (status >= FIRST_SERVER_ERROR) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }

  /// The trace of a request; empty when it belongs to none.
  public static Optional<String> traceId(ServiceRequestContext ctx) {
    return Optional.ofNullable(ctx.attr(SPAN)).flatMap(Traces::traceId);
  }

  /// What to send along with calls on behalf of the request.
  public static Optional<String> traceparent(ServiceRequestContext ctx) {
    return Optional.ofNullable(ctx.attr(SPAN)).flatMap(Traces::traceparent);
  }
}
