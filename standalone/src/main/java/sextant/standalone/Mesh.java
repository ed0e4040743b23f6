package sextant.standalone;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import sextant.gateway.GatewayConfig;
import sextant.gateway.GatewayServer;
import sextant.gateway.auth.ApiKeys;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;

/// All services and the gateway in one JVM. The gateway calls the services in process; their TCP
/// ports serve everybody else.
public final class Mesh implements AutoCloseable {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);
  private static final AtomicInteger STARTED = new AtomicInteger();

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Map<String, Integer> grpcPorts = new TreeMap<>();
  private GatewayServer gateway;

  private Mesh() {}

  public static Mesh start(MeshOptions options, InstantSource time) {
    Mesh mesh = new Mesh();
    try {
      mesh.open(options, time);
      return mesh;
    } catch (RuntimeException failure) {
      mesh.close();
      throw failure;
    }
  }

  private void open(MeshOptions options, InstantSource time) {
    List<byte[]> keys = List.of(options.meshKey());
    // Several meshes may share a JVM, as in tests.
    String metricsName = "metrics-" + STARTED.incrementAndGet();
    MetricsServer metrics =
        MetricsServer.start(
            new MetricsConfig(
                new RpcServer.Binding(options.host(), options.grpcPort(1), metricsName),
                options.database(MetricsConfig.ROLE),
                keys,
                options.pollInterval()),
            time);
    parts.push(metrics);
    grpcPorts.put("metrics", metrics.port());
    gateway =
        GatewayServer.start(
            new GatewayConfig(
                options.host(),
                options.port(),
                options.auth(),
                Map.of("sextant.metrics.v1", "inprocess:" + metricsName),
                keys,
                Optional.empty(),
                Optional.of(options.database(ApiKeys.ROLE)),
                REQUEST_TIMEOUT,
                DRAIN_TIMEOUT),
            time);
    parts.push(gateway);
  }

  /// The gateway's port.
  public int port() {
    return gateway.port();
  }

  /// TCP ports of the services by name, such as `metrics`.
  public Map<String, Integer> grpcPorts() {
    return Map.copyOf(grpcPorts);
  }

  /// Stops in reverse order of the start: the gateway drains first.
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (RuntimeException failure) {
        throw failure;
      } catch (Exception failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
