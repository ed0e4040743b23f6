package sextant.standalone;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import sextant.dashboard.DashboardConfig;
import sextant.dashboard.DashboardServer;
import sextant.gateway.GatewayConfig;
import sextant.gateway.GatewayServer;
import sextant.gateway.auth.ApiKeys;
import sextant.journeys.JourneysConfig;
import sextant.journeys.JourneysServer;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.segments.SegmentsConfig;
import sextant.segments.SegmentsServer;

/// All services and the gateway in one JVM. They call each other in process; their TCP ports serve
/// everybody else.
public final class Mesh implements AutoCloseable {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration JOURNEYS_DEADLINE = Duration.ofSeconds(1);

  private final MeshOptions options;
  private final InstantSource time;

  /// Tells the in-process names of this mesh from those of others in the same JVM, as in tests.
  private final String suffix = "-" + UUID.randomUUID();

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Map<String, String> grpcTargets = new TreeMap<>();
  private final List<Runnable> background = new ArrayList<>();
  private GatewayServer gateway;

  private Mesh(MeshOptions options, InstantSource time) {
    this.options = options;
    this.time = time;
  }

  public static Mesh start(MeshOptions options, InstantSource time) {
    Mesh mesh = new Mesh(options, time);
    try {
      mesh.startServices();
      mesh.startGateway();
      return mesh;
    } catch (RuntimeException failure) {
      mesh.close();
      throw failure;
    }
  }

  private void startServices() {
    List<byte[]> keys = List.of(options.meshKey());
    MetricsServer metrics =
        MetricsServer.start(
            new MetricsConfig(
                binding("metrics", 1),
                options.database(MetricsConfig.ROLE),
                keys,
                options.pollInterval()),
            time);
    started("metrics", metrics, metrics.port());
    background.add(metrics::drain);
    SegmentsServer segments =
        SegmentsServer.start(
            new SegmentsConfig(
                binding("segments", 2),
                options.database(SegmentsConfig.ROLE),
                keys,
                options.pollInterval()),
            time);
    started("segments", segments, segments.port());
    JourneysServer journeys =
        JourneysServer.start(
            new JourneysConfig(
                binding("journeys", 3),
                options.database(JourneysConfig.ROLE),
                keys,
                options.pollInterval(),
                new JourneysConfig.Upstreams(
                    inProcess("metrics"), inProcess("segments"), inProcess("dashboard"))),
            time);
    started("journeys", journeys, journeys.port());
    background.add(journeys::drain);
    DashboardServer dashboard =
        DashboardServer.start(
            new DashboardConfig(
                binding("dashboard", 4),
                options.database(DashboardConfig.ROLE),
                keys,
                inProcess("journeys"),
                JOURNEYS_DEADLINE),
            time);
    started("dashboard", dashboard, dashboard.port());
  }

  private void startGateway() {
    gateway =
        GatewayServer.start(
            new GatewayConfig(
                options.host(),
                options.port(),
                options.auth(),
                Map.of(
                    "sextant.metrics.v1", inProcess("metrics"),
                    "sextant.segments.v1", inProcess("segments"),
                    "sextant.journeys.v1", inProcess("journeys"),
                    "sextant.dashboard.v1", inProcess("dashboard")),
                List.of(options.meshKey()),
                Optional.empty(),
                Optional.of(options.database(ApiKeys.ROLE)),
                REQUEST_TIMEOUT,
                DRAIN_TIMEOUT),
            time);
    parts.push(gateway);
  }

  private RpcServer.Binding binding(String service, int place) {
    return new RpcServer.Binding(options.host(), options.grpcPort(place), service + suffix);
  }

  private String inProcess(String service) {
    return "inprocess:" + service + suffix;
  }

  private void started(String service, AutoCloseable server, int port) {
    parts.push(server);
    grpcTargets.put(service, options.target(port));
  }

  /// The gateway's port.
  public int port() {
    return gateway.port();
  }

  /// Does all background work that there is to do now: for tests, whose meshes have no threads for
  /// it.
  void drain() {
    background.forEach(Runnable::run);
  }

  /// Where the services listen: `host:port` by name, such as `metrics`.
  public Map<String, String> grpcTargets() {
    return Map.copyOf(grpcTargets);
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
