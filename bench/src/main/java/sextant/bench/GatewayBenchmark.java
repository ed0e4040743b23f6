package sextant.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// P2: requests per second through the gateway, a list of 8 KB from a stub service, against Armeria
/// serving the same bytes from memory. Each server is a process of its own; the load comes from
/// this one.
final class GatewayBenchmark implements Benchmark {

  private static final int CONNECTIONS = 32;
  private static final int WARM_UP_REQUESTS = 150_000;

  /// A server in a process of its own.
  private record Child(Process process, int port) {

    double cpuMicros() {
      return process.toHandle().info().totalCpuDuration().orElseThrow().toNanos() / 1e3;
    }
  }

  private final List<Child> children = new ArrayList<>();
  private Duration round;

  @Override
  public void measure(Run run) throws Exception {
    round = run.duration(Duration.ofSeconds(5));
    try {
      Child backend = start(StubServers.BACKEND, "");
      Child oneJvm = start("gateway", "inprocess:" + StubServers.BACKEND);
      Child network = start("gateway", "127.0.0.1:" + backend.port());
      Child memory = start("memory", get(oneJvm.port()));
      for (Child child : List.of(memory, oneJvm, network)) {
        warmUp(child, run.size(WARM_UP_REQUESTS, 100));
      }
      run.compare("gateway, GET of 8 KB", "requests/s")
          .variant("the bytes from memory", () -> load(memory).perSecond())
          .atLeast(0.55, "gateway and service in one JVM", () -> load(oneJvm).perSecond())
          .variant("gateway and service over TCP", () -> load(network).perSecond())
          .run();
      run.compare("gateway, CPU time of the server", "us/request")
          .variant("the bytes from memory", () -> cpuMicros(memory))
          .variant("gateway and service in one JVM", () -> cpuMicros(oneJvm))
          .variant("gateway alone, service over TCP", () -> cpuMicros(network))
          .run();
    } finally {
      children.forEach(child -> child.process().destroy());
    }
  }

  private void warmUp(Child child, int least) throws Exception {
    for (long requests = 0; requests < least; ) {
      requests += load(child).requests();
    }
  }

  private HttpLoad.Result load(Child child) throws Exception {
    return new HttpLoad(child.port(), StubServers.PATH, CONNECTIONS).run(round);
  }

  private double cpuMicros(Child child) throws Exception {
    double before = child.cpuMicros();
    HttpLoad.Result result = load(child);
    return (child.cpuMicros() - before) / result.requests();
  }

  private Child start(String role, String argument) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx512m",
            "-classpath",
            System.getProperty("java.class.path"),
            StubServers.class.getName(),
            role,
            argument));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("port ")) {
        Child child = new Child(process, Integer.parseInt(line.substring(5)));
        children.add(child);
        return child;
      }
    }
    process.destroy();
    throw new IllegalStateException(role + " did not start");
  }

  private static String get(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + StubServers.PATH))
                  .header("X-Tenant-Id", "t")
                  .build(),
              BodyHandlers.ofString())
          .body();
    }
  }
}
