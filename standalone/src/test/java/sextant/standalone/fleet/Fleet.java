package sextant.standalone.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TcpProxy;
import sextant.standalone.Call;
import sextant.standalone.Reply;
import sextant.standalone.postgres.DatabaseAccess;
import sextant.standalone.postgres.EmbeddedPostgres;

/// A mesh of real processes over a real PostgreSQL. The way to the database, and that from the
/// gateways to the segment-service, lead through proxies that can be disturbed.
final class Fleet implements AutoCloseable {

  /// What a service says when it serves.
  static final String SERVING = "serving gRPC on";

  private static final int PATIENCE_SECONDS = 150;
  private static final Map<String, String> MAINS =
      Map.of(
          "metrics", "sextant.metrics.Main",
          "segments", "sextant.segments.Main",
          "journeys", "sextant.journeys.Main",
          "dashboard", "sextant.dashboard.Main");

  private final Path folder;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Map<String, Integer> gateways = new LinkedHashMap<>();
  final TcpProxy database;
  final TcpProxy segments;
  private EmbeddedPostgres postgres;

  /// `replicas`: how many of each service, by name such as `metrics`.
  Fleet(Path folder, Map<String, Integer> replicas, int gateways, Duration requestTimeout) {
    this.folder = folder;
    this.postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    this.database = new TcpProxy(port(postgres.access()));
    Map<String, List<String>> targets = new HashMap<>();
    Map<String, Integer> ports = new LinkedHashMap<>();
    replicas.forEach(
        (service, count) -> {
          for (int number = 1; number <= count; number++) {
            int port = freePort();
            ports.put(service + "-" + number, port);
            targets.computeIfAbsent(service, _ -> new ArrayList<>()).add("127.0.0.1:" + port);
          }
        });
    this.segments = new TcpProxy(ports.getOrDefault("segments-1", 1));
    Map<String, String> environment = environment(targets);
    environment.put("SEXTANT_REQUEST_TIMEOUT", requestTimeout.toString());
    ports.forEach((name, port) -> add(name, port, environment));
    for (int number = 1; number <= gateways; number++) {
      int port = freePort();
      this.gateways.put("gateway-" + number, port);
      Map<String, String> own = new HashMap<>(environment);
      own.put("SEXTANT_GATEWAY_PORT", Integer.toString(port));
      own.put("SEXTANT_UPSTREAMS", upstreams(targets));
      String name = "gateway-" + number;
      members.put(name, new Member(name, "sextant.gateway.Main", own, folder));
    }
  }

  private void add(String name, int port, Map<String, String> environment) {
    String service = name.replaceFirst("-.*", "");
    Map<String, String> own = new HashMap<>(environment);
    own.put("SEXTANT_" + service.toUpperCase() + "_PORT", Integer.toString(port));
    members.put(name, new Member(name, MAINS.get(service), own, folder));
  }

  private Map<String, String> environment(Map<String, List<String>> targets) {
    DatabaseAccess access = postgres.access();
    Map<String, String> environment = new HashMap<>();
    environment.put("SEXTANT_MESH_KEY", new String(MeshKey.BYTES));
    environment.put("SEXTANT_AUTH", "open");
    environment.put("SEXTANT_TELEMETRY_PORT", "0");
    environment.put(
        "SEXTANT_DATABASE_URL",
        access.url().replace(":" + port(access) + "/", ":" + database.port() + "/"));
    environment.put("SEXTANT_DATABASE_OWNER", access.owner());
    environment.put("SEXTANT_DATABASE_OWNER_PASSWORD", access.ownerPassword());
    for (String service : List.of("METRICS", "SEGMENTS", "JOURNEYS", "DASHBOARD", "GATEWAY")) {
      environment.put("SEXTANT_" + service + "_HOST", "127.0.0.1");
      environment.put("SEXTANT_" + service + "_DATABASE_PASSWORD", "secret of " + service);
      environment.put("SEXTANT_" + service + "_DATABASE_POOL", "6");
    }
    environment.put("SEXTANT_DRAIN_DELAY", "PT0.7S");
    environment.put("SEXTANT_METRICS_TARGET", target(targets, "metrics"));
    environment.put("SEXTANT_SEGMENTS_TARGET", target(targets, "segments"));
    environment.put("SEXTANT_JOURNEYS_TARGET", target(targets, "journeys"));
    environment.put("SEXTANT_DECISIONS_TARGET", target(targets, "dashboard"));
    return environment;
  }

  private static String target(Map<String, List<String>> targets, String service) {
    return String.join(";", targets.getOrDefault(service, List.of("127.0.0.1:1")));
  }

  private String upstreams(Map<String, List<String>> targets) {
    List<String> pairs = new ArrayList<>();
    targets.forEach(
        (service, addresses) ->
            pairs.add(
                "sextant."
                    + service
                    + ".v1="
                    + (service.equals("segments") && addresses.size() == 1
                        ? "127.0.0.1:" + segments.port()
                        : String.join(";", addresses))));
    return String.join(",", pairs);
  }

  /// All processes, by name such as `metrics-1` or `gateway-1`.
  Map<String, Member> members() {
    return members;
  }

  Member member(String name) {
    return members.get(name);
  }

  String url(String gateway) {
    return "http://127.0.0.1:" + gateways.get(gateway);
  }

  /// Whether the gateway takes requests and finds every service.
  boolean isReady(String gateway) {
    try {
      return Call.get("/readyz").sendTo(url(gateway)).status() == 200;
    } catch (UncheckedIOException notListening) {
      return false;
    }
  }

  void awaitReady() {
    gateways.keySet().forEach(gateway -> await(gateway + " is ready", () -> isReady(gateway)));
  }

  /// Asks again until it holds.
  void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        StringBuilder logs = new StringBuilder();
        members
            .values()
            .forEach(member -> logs.append(member.name()).append(":\n").append(tail(member)));
        throw new AssertionError("it never came to be that " + what + "\n" + logs);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private static String tail(Member member) {
    String log = member.log();
    return log.substring(Math.max(0, log.length() - 2_000)) + "\n";
  }

  /// Sends as tenant `acme` to the first gateway.
  Reply send(Call call) {
    return call.tenant("acme").sendTo(url("gateway-1"));
  }

  /// Stops PostgreSQL.
  void stopPostgres() {
    postgres.close();
    postgres = null;
  }

  /// Starts it again, elsewhere; the proxy finds it.
  void startPostgres() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    database.redirect(port(postgres.access()));
  }

  /// A direct way to the database, past the proxy.
  DatabaseAccess access() {
    return postgres.access();
  }

  private static int port(DatabaseAccess access) {
    return Integer.parseInt(access.url().replaceFirst(".*:([0-9]+)/.*", "$1"));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    members.values().forEach(Member::close);
    database.close();
    segments.close();
    if (postgres != null) {
      postgres.close();
    }
  }
}
