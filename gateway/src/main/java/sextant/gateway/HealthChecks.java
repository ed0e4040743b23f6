package sextant.gateway;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.TransientHttpService;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import sextant.gateway.route.Upstreams;

/// `/healthz`: the process answers. `/readyz`: every upstream says it serves, and this gateway is
/// not about to stop. Asking them does not count as a request that a stopping gateway waits for.
final class HealthChecks {

  private static final int UPSTREAM_TIMEOUT_SECONDS = 2;
  private static final int ATTEMPTS = 4;

  private final Upstreams upstreams;
  private volatile boolean draining;

  HealthChecks(Upstreams upstreams) {
    this.upstreams = upstreams;
  }

  TransientHttpService liveness() {
    return (_, _) -> HttpResponse.of(MediaType.JSON_UTF_8, "{\"status\":\"alive\"}");
  }

  TransientHttpService readiness() {
    return (_, _) ->
        HttpResponse.of(
            CompletableFuture.supplyAsync(
                this::check, task -> Thread.ofVirtual().name("readiness").start(task)));
  }

  /// From now on not ready.
  void drain() {
    draining = true;
  }

  private HttpResponse check() {
    Map<String, ServingStatus> found = new TreeMap<>();
    upstreams.byTarget().forEach((target, channel) -> found.put(target, check(channel)));
    boolean ready = !draining && found.values().stream().allMatch(ServingStatus.SERVING::equals);
    String details =
        found.entrySet().stream()
            .map(entry -> "\"%s\":\"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(","));
    return HttpResponse.of(
        ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
        MediaType.JSON_UTF_8,
        "{\"status\":\"%s\",\"upstreams\":{%s}}"
            .formatted(ready ? "ready" : draining ? "draining" : "not ready", details));
  }

  /// Asks more than once: the answer may come from a replica that is about to stop, and whoever
  /// asks next gets another one.
  private static ServingStatus check(ManagedChannel channel) {
    HealthBlockingStub health =
        HealthGrpc.newBlockingStub(channel)
            .withDeadlineAfter(UPSTREAM_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    ServingStatus status = ServingStatus.UNKNOWN;
    for (int attempt = 0; attempt < ATTEMPTS && status != ServingStatus.SERVING; attempt++) {
      try {
        status = health.check(HealthCheckRequest.getDefaultInstance()).getStatus();
      } catch (StatusRuntimeException unreachable) {
        status = ServingStatus.UNKNOWN;
      }
    }
    return status;
  }
}
