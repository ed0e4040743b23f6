package sextant.bench.soak;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import sextant.access.v1.Role;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerCredentials;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.Channels;

/// One metrics-service, one segment-service and two journey-services, each a process.
final class SoakMesh implements AutoCloseable {

  private static final String TENANT = "soak";
  private static final String MESH_KEY = "a mesh key for soaks";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final List<ServiceProcess> processes = new ArrayList<>();
  private final Map<String, List<ManagedChannel>> channels = new HashMap<>();

  SoakMesh(CrashingPostgres postgres, Path folder) throws IOException {
    int metrics = CrashingPostgres.freePort();
    int segments = CrashingPostgres.freePort();
    Map<String, String> common =
        Map.of(
            "SEXTANT_MESH_KEY",
            MESH_KEY,
            "SEXTANT_DATABASE_URL",
            postgres.url(),
            "SEXTANT_DATABASE_OWNER",
            "postgres",
            "SEXTANT_METRICS_TARGET",
            "127.0.0.1:" + metrics,
            "SEXTANT_SEGMENTS_TARGET",
            "127.0.0.1:" + segments,
            "SEXTANT_METRICS_PORT",
            String.valueOf(metrics),
            "SEXTANT_SEGMENTS_PORT",
            String.valueOf(segments));
    start("metrics", sextant.metrics.Main.class, common, metrics, folder);
    start("segments", sextant.segments.Main.class, common, segments, folder);
    for (int replica = 1; replica <= 2; replica++) {
      int port = CrashingPostgres.freePort();
      Map<String, String> own = new HashMap<>(common);
      own.put("SEXTANT_JOURNEYS_PORT", String.valueOf(port));
      start("journeys-" + replica, sextant.journeys.Main.class, own, port, folder);
    }
  }

  private void start(
      String name, Class<?> main, Map<String, String> environment, int port, Path folder) {
    processes.add(new ServiceProcess(name, main, environment, folder));
    channels
        .computeIfAbsent(name.replaceAll("-\\d+$", ""), _ -> new ArrayList<>())
        .add(Channels.open("127.0.0.1:" + port));
  }

  List<ServiceProcess> processes() {
    return processes;
  }

  /// Calls a replica of `service`, another one after a failure, until one answers: what a client
  /// does whose calls may be repeated.
  <S extends AbstractStub<S>, R> R call(
      String service, Function<Channel, S> stub, Function<S, R> call) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<ManagedChannel> replicas = channels.get(service);
      ManagedChannel replica = replicas.get(ThreadLocalRandom.current().nextInt(replicas.size()));
      try {
        return call.apply(
            stub.apply(replica)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .withCallCredentials(
                    new CallerCredentials(
                        new CallerTokens(
                            List.of(MESH_KEY.getBytes(StandardCharsets.UTF_8)),
                            InstantSource.system()),
                        new Caller(TENANT, Role.ROLE_SERVICE, "soak", "soak"))));
      } catch (StatusRuntimeException failure) {
        if (System.nanoTime() > end) {
          throw failure;
        }
        Thread.sleep(200);
      }
    }
  }

  @Override
  public void close() {
    channels.values().forEach(replicas -> replicas.forEach(ManagedChannel::shutdownNow));
    processes.forEach(ServiceProcess::close);
  }
}
