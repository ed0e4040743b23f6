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
import sextant.dashboard.DashboardConfig;
import sextant.dashboard.DashboardServer;
import sextant.gateway.GatewayConfig;
import sextant.gateway.GatewayServer;
import sextant.gateway.auth.ApiKeys;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.segments.SegmentsConfig;
import sextant.segments.SegmentsServer;

/// All services and the gateway in one JVM. The gateway calls the services in process; their TCP
/// ports serve everybody else.
public final class Mesh implements AutoCloseable {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration JOURNEYS_DEADLINE = Duration.ofSeconds(1);
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
    int number = STARTED.incrementAndGet();
    MetricsServer metrics =
        MetricsServer.start(
            new MetricsConfig(
                binding(options, "metrics", 1, number),
                options.database(MetricsConfig.ROLE),
                keys,
                options.pollInterval()),
            time);
    serves("metrics", metrics, metrics.port());
    SegmentsServer segments =
        SegmentsServer.start(
            new SegmentsConfig(
                binding(options, "segments", 2, number),
                options.database(SegmentsConfig.ROLE),
                keys,
                options.pollInterval()),
            time);
    serves("segments", segments, segments.port());
    DashboardServer dashboard =
        DashboardServer.start(
            new DashboardConfig(
                binding(options, "dashboard", 4, number),
                options.database(DashboardConfig.ROLE),
                keys,
                target("journeys", number),
                JOURNEYS_DEADLINE),
            time);
    serves("dashboard", dashboard, dashboard.port());
    gateway =
        GatewayServer.start(
            new GatewayConfig(
                options.host(),
                options.port(),
                options.auth(),
                Map.of(
                    "sextant.metrics.v1", target("metrics", number),
                    "sextant.segments.v1", target("segments", number),
                    "sextant.dashboard.v1", target("dashboard", number)),
                keys,
                Optional.empty(),
                Optional.of(options.database(ApiKeys.ROLE)),
                REQUEST_TIMEOUT,
                DRAIN_TIMEOUT),
            time);
    parts.push(gateway);
  }

  private void serves(String service, AutoCloseable server, int port) {
    parts.push(server);
    grpcPorts.put(service, port);
  }

  private static RpcServer.Binding binding(
      MeshOptions options, String service, int place, int number) {
    return new RpcServer.Binding(options.host(), options.grpcPort(place), service + "-" + number);
  }

  private static String target(String service, int number) {
    return "inprocess:" + service + "-" + number;
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
