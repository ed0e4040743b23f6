package sextant.kit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What operators see of a process, over its real port.
class TelemetryTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String TRACEPARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  private final Telemetry telemetry = start();

  private static Telemetry start() {
    return Telemetry.start(
        "test", Map.of("SEXTANT_TELEMETRY_HOST", "127.0.0.1", "SEXTANT_TELEMETRY_PORT", "0"));
  }

  @AfterEach
  void stop() {
    telemetry.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + telemetry.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void readinessFollowsTheProcessAndItsParts() throws IOException, InterruptedException {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").body()).contains("\"starting\"");
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    telemetry.ready();
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    boolean[] well = {true};
    try (Readiness.Watch _ = Readiness.watch("database", () -> well[0])) {
      assertThat(get("/readyz").body())
          .isEqualTo("{\"status\":\"ready\",\"parts\":{\"database\":true}}");
      well[0] = false;
      HttpResponse<String> answer = get("/readyz");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("\"not ready\"", "\"database\":false");
    }
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void aPartThatNeverAnswersIsNotWell() throws IOException, InterruptedException {
    telemetry.ready();
    var never = new CountDownLatch(1);
    try (Readiness.Watch _ =
        Readiness.watch(
            "stuck",
            () -> {
              try {
                never.await();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
              return true;
            })) {
      assertThat(get("/readyz").statusCode()).isEqualTo(503);
      never.countDown();
    }
  }

  @Test
  void callsAreCountedByOutcomeAndCarryTheTraceOn() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>();
    ServerInterceptor remember =
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            seen.set(Traces.currentTraceId().orElse("none"));
            return next.startCall(call, headers);
          }
        };
    Server server =
        InProcessServerBuilder.forName("telemetry")
            .directExecutor()
            .addService(new HealthStatusManager().getHealthService())
            .intercept(remember)
            .intercept(new ServerTelemetry())
            .build()
            .start();
    ManagedChannel channel =
        InProcessChannelBuilder.forName("telemetry")
            .directExecutor()
            .intercept(new ClientTelemetry())
            .build();
    try {
      var health = HealthGrpc.newBlockingStub(channel);
      health.check(HealthCheckRequest.getDefaultInstance());
      assertThat(seen.get()).isEqualTo("none");
      Span span = Traces.serve(TRACEPARENT, "outer");
      Context.current()
          .withValue(Traces.CURRENT, span)
          .run(() -> health.check(HealthCheckRequest.getDefaultInstance()));
      assertThat(seen.get()).isEqualTo(TRACE);
      assertThatThrownBy(
              () -> health.check(HealthCheckRequest.newBuilder().setService("no such").build()))
          .isInstanceOf(StatusRuntimeException.class);
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
    assertThat(get("/metrics").body())
        .contains(
            "sextant_rpc_seconds_count{code=\"OK\",method=\"Check\",service=\"grpc.health.v1.Health\"} 2",
            "sextant_rpc_seconds_count{code=\"NOT_FOUND\",method=\"Check\",service=\"grpc.health.v1.Health\"} 1",
            "sextant_info{process=\"test\"",
            "jvm_memory_used_bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "00-0-0-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01"
      })
  void aMalformedTraceIsNone(String traceparent) {
    assertThat(Traces.traceId(Traces.serve(traceparent, "x"))).isEmpty();
    assertThat(Traces.traceparent(Traces.serve(traceparent, "x"))).isEmpty();
  }

  @Test
  void withoutAnExporterTheCallersTraceIsPassedOnAsItCame() {
    assertThat(Traces.areOn()).isFalse();
    assertThat(Traces.traceparent(Traces.serve(TRACEPARENT, "x"))).contains(TRACEPARENT);
  }

  @Test
  void gaugesAreReadNowAndThenAndVanishWithTheirOwner() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    Instant[] now = {Instant.EPOCH};
    try (Gauges gauges =
        new Gauges(
            List.of(new Gauges.Measure("sextant.test.waiting", "Things that wait")),
            () -> Map.of("sextant.test.waiting", (double) reads.incrementAndGet()),
            () -> now[0])) {
      gauges.drain();
      gauges.drain();
      assertThat(get("/metrics").body()).contains("sextant_test_waiting 1.0");
      now[0] = now[0].plusSeconds(15);
      gauges.drain();
      assertThat(get("/metrics").body()).contains("sextant_test_waiting 2.0");
    }
    assertThat(get("/metrics").body()).doesNotContain("sextant_test_waiting");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "65536", "123456"})
  void aBadPortIsNamed(String port) {
    assertThatThrownBy(() -> Telemetry.start("test", Map.of("SEXTANT_TELEMETRY_PORT", port)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "SEXTANT_TELEMETRY_PORT must be a whole number from 0 to 65535, was \"" + port + "\"");
  }
}
