package sextant.kit.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What a process tells its operators: metrics, health and readiness over HTTP on a port of their
/// own, spans to a collector when there is one.
///
/// Code counts into Micrometer's global registry and makes spans through [Traces]; both cost next
/// to nothing until a process starts this.
public final class Telemetry implements AutoCloseable {

  /// What OpenTelemetry's own Prometheus exporters use.
  private static final int DEFAULT_PORT = 9464;

  private static final String COLLECTOR = "OTEL_EXPORTER_OTLP_ENDPOINT";

  private static final int FLUSH_SECONDS = 5;

  private final PrometheusMeterRegistry registry;
  private final Optional<OpenTelemetrySdk> spans;
  private final OperatorPages pages;

  private Telemetry(
      PrometheusMeterRegistry registry, Optional<OpenTelemetrySdk> spans, OperatorPages pages) {
    this.registry = registry;
    this.spans = spans;
    this.pages = pages;
  }

  /// Starts with the process, before it serves; say [#ready()] when it does.
  ///
  /// @param process its name in metrics and traces, such as `metrics-service`
  /// @param environment where to listen, `SEXTANT_TELEMETRY_HOST` and `_PORT` (0 takes a free one);
  ///   `OTEL_...` decides on traces
  public static Telemetry start(String process, Map<String, String> environment) {
    InetSocketAddress address =
        new InetSocketAddress(
            environment.getOrDefault("SEXTANT_TELEMETRY_HOST", "0.0.0.0"),
            port(environment.getOrDefault("SEXTANT_TELEMETRY_PORT", "")));
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    List<MeterBinder> machine =
        List.of(
            new JvmMemoryMetrics(),
            new JvmGcMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics());
    machine.forEach(each -> each.bindTo(registry));
    Gauge.builder("sextant.info", () -> 1)
        .description("Which process this is, and its version")
        .tag("process", process)
        .tag("version", version())
        .register(registry);
    OperatorPages pages = OperatorPages.start(address, registry);
    Optional<OpenTelemetrySdk> spans =
        environment.getOrDefault(COLLECTOR, "").isEmpty()
            ? Optional.empty()
            : Optional.of(exporter(process, environment));
    spans.ifPresent(Traces::turnOn);
    Metrics.addRegistry(registry);
    return new Telemetry(registry, spans, pages);
  }

  /// Whether anybody may be reading.
  static boolean isOn() {
    return !Metrics.globalRegistry.getRegistries().isEmpty();
  }

  /// OpenTelemetry's own reading of its variables, with defaults that need nothing else installed.
  private static OpenTelemetrySdk exporter(String process, Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>();
    settings.put("otel.service.name", process);
    settings.put("otel.exporter.otlp.protocol", "http/protobuf");
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_")) {
            settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    settings.put("otel.metrics.exporter", "none");
    settings.put("otel.logs.exporter", "none");
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> settings)
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }

  private static int port(String text) {
    if (text.isEmpty()) {
      return DEFAULT_PORT;
    }
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new IllegalArgumentException(
          "SEXTANT_TELEMETRY_PORT must be a whole number from 0 to 65535, was \"" + text + "\"");
    }
    return Integer.parseInt(text);
  }

  private static String version() {
    String version = Telemetry.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /// The process serves from now on, as far as [Readiness] knows no other.
  public void ready() {
    pages.ready();
  }

  /// The TCP port.
  public int port() {
    return pages.port();
  }

  /// Sends the last spans.
  @Override
  public void close() {
    pages.close();
    Traces.turnOff();
    spans.ifPresent(sdk -> sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS));
    Metrics.removeRegistry(registry);
    registry.close();
  }
}
