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

/// P13: the whole mesh, in a process of its own over a real database, offered three times what it
/// can do. Requests that are answered are to be nearly as many as at its best, and in time; the
/// others are to be refused at once, with `Retry-After`.
final class OverloadBenchmark implements Benchmark {

  private static final String PATH = "/api/v1/outcome-types";

  /// Enough to keep two cores busy, few enough not to queue.
  private static final int PEAK_CONNECTIONS = 32;

  /// More than the gateway takes on at the same time.
  private static final int OVERLOAD_CONNECTIONS = 900;

  private static final int OVERLOAD = 3;
  private static final int WARM_UP_ROUNDS = 6;

  private double peak;

  @Override
  public void measure(Run run) throws Exception {
    Duration round = run.duration(Duration.ofSeconds(8));
    Process mesh = start();
    try {
      int port = ready(mesh);
      get(port);
      HttpLoad closed = new HttpLoad(port, PATH, PEAK_CONNECTIONS);
      OfferedLoad offered = new OfferedLoad(port, PATH, OVERLOAD_CONNECTIONS);
      // Refusing takes code of its own, which is slow at first as well.
      for (int warmUp = 0; warmUp < WARM_UP_ROUNDS; warmUp++) {
        peak = closed.run(round).perSecond();
        offered.run(OVERLOAD * peak, round);
      }
      List<OfferedLoad.Result> results = new ArrayList<>();
      run.compare("goodput", "requests/s")
          .variant(
              "at its best, " + PEAK_CONNECTIONS + " connections",
              () -> peak = closed.run(round).perSecond())
          .atLeast(
              0.9,
              "offered " + OVERLOAD + " times as many",
              () -> {
                OfferedLoad.Result result = offered.run(OVERLOAD * peak, round);
                results.add(result);
                return result.perSecond();
              })
          .run();
      results.forEach(System.out::println);
    } finally {
      mesh.destroy();
      mesh.waitFor();
    }
  }

  private static Process start() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx1g",
            "-classpath",
            System.getProperty("java.class.path"),
            "sextant.standalone.Sextant",
            "up",
            "--port",
            "0",
            "--ephemeral")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int ready(Process mesh) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(mesh.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("ready ")) {
        return URI.create(line.substring("ready ".length())).getPort();
      }
    }
    throw new IllegalStateException("the mesh did not start");
  }

  private static void get(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      int status =
          client
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + PATH))
                      .header("X-Tenant-Id", "bench")
                      .build(),
                  BodyHandlers.discarding())
              .statusCode();
      if (status != 200) {
        throw new IllegalStateException("status " + status);
      }
    }
  }
}
