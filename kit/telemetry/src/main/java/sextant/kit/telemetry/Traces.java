package sextant.kit.telemetry;

import io.grpc.Context;
import io.grpc.Metadata;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Optional;

/// The trace a request belongs to: passed on from caller to callee as W3C `traceparent`, always;
/// made into spans of our own only while [Telemetry] exports them. A request without a trace costs
/// one look at its headers.
public final class Traces {

  /// How the trace travels, in HTTP headers and in gRPC metadata.
  public static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  static final Context.Key<Span> CURRENT = Context.key("sextant-span");

  private static volatile Optional<Tracer> tracer = Optional.empty();

  private Traces() {}

  /// From now on spans are made and handed to `exporter`.
  static void turnOn(OpenTelemetry exporter) {
    tracer = Optional.of(exporter.getTracer("sextant"));
  }

  static void turnOff() {
    tracer = Optional.empty();
  }

  /// Whether spans are made.
  public static boolean areOn() {
    return tracer.isPresent();
  }

  /// The span of work that somebody asked for. Without export it is the caller's own, or none.
  ///
  /// @param traceparent what the caller sent; null: nothing
  public static Span serve(String traceparent, String name) {
    Optional<Tracer> exported = tracer;
    if (traceparent == null && exported.isEmpty()) {
      return Span.getInvalid();
    }
    Span caller = Span.fromContext(parse(traceparent));
    return exported
        .map(
            tracer ->
                tracer
                    .spanBuilder(name)
                    .setParent(io.opentelemetry.context.Context.root().with(caller))
                    .setSpanKind(SpanKind.SERVER)
                    .startSpan())
        .orElse(caller);
  }

  /// A span of work within the current request, such as a statement. Ask only while spans are made.
  static Span within(Span parent, String name) {
    return tracer
        .map(
            tracer ->
                tracer
                    .spanBuilder(name)
                    .setParent(io.opentelemetry.context.Context.root().with(parent))
                    .setSpanKind(SpanKind.CLIENT)
                    .startSpan())
        .orElse(Span.getInvalid());
  }

  /// The span of the gRPC call that is running; an invalid one when there is none.
  static Span current() {
    Span span = CURRENT.get();
    return span == null ? Span.getInvalid() : span;
  }

  /// The trace of the gRPC call that is running, 32 hexadecimal digits.
  public static Optional<String> currentTraceId() {
    return traceId(current());
  }

  /// The trace of a span, 32 hexadecimal digits; empty when it belongs to none.
  public static Optional<String> traceId(Span span) {
    SpanContext context = span.getSpanContext();
    return context.isValid() ? Optional.of(context.getTraceId()) : Optional.empty();
  }

  /// What to send along with calls made on behalf of `span`; empty when it belongs to no trace.
  public static Optional<String> traceparent(Span span) {
    SpanContext context = span.getSpanContext();
    return context.isValid()
        ? Optional.of(
            "00-"
                + context.getTraceId()
                + "-"
                + context.getSpanId()
                + "-"
                + context.getTraceFlags().asHex())
        : Optional.empty();
  }

  private static io.opentelemetry.context.Context parse(String traceparent) {
    return W3CTraceContextPropagator.getInstance()
        .extract(io.opentelemetry.context.Context.root(), traceparent, OneHeader.GETTER);
  }

  /// Reads `traceparent` from itself.
  private enum OneHeader implements TextMapGetter<String> {
    GETTER;

    @Override
    public Iterable<String> keys(String traceparent) {
      return List.of(TRACEPARENT.name());
    }

    @Override
    public String get(String traceparent, String key) {
      return key.equals(TRACEPARENT.name()) ? traceparent : null;
    }
  }
}
