package sextant.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sextant.gateway.GatewayConfig;
import sextant.standalone.Mesh;
import sextant.standalone.MeshOptions;

/// P3: reads through gateway, gRPC and SQL, against `pgbench -S`, which asks PostgreSQL for one row
/// by its key, on the same server at the same concurrency. The whole mesh and the load run in this
/// process.
final class ReadsBenchmark implements Benchmark {

  private static final int CONNECTIONS = 32;
  private static final int METRICS = 10;
  private static final int INTERACTIONS_EACH = 20;
  private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private Duration round;
  private int port;

  @Override
  public void measure(Run run) throws Exception {
    round = run.duration(Duration.ofSeconds(5));
    int customers = run.size(10_000, 10);
    try (Database database = Database.start();
        Mesh mesh =
            Mesh.start(
                new MeshOptions(
                    "127.0.0.1",
                    0,
                    GatewayConfig.AuthMode.OPEN,
                    database.access(),
                    Callers.MESH_KEY,
                    Duration.ofSeconds(1)),
                InstantSource.system())) {
      port = mesh.port();
      String segment = "/api/v1/segments/" + segment();
      String values = "/api/v1/metric-values?customerIds=customer-0";
      prepareMetrics(customers);
      database.initializePgbench(run.size(10, 1));
      database.execute("vacuum analyze");
      run.compare("reads by " + CONNECTIONS + " callers", "reads/s")
          .variant("pgbench -S", () -> pgbench(database))
          .atLeast(0.20, "one segment", () -> load(segment))
          .atLeast(0.10, "%d metrics of one customer".formatted(METRICS), () -> load(values))
          .run();
    }
  }

  private double pgbench(Database database) throws Exception {
    return database.pgbench(
        CONNECTIONS, "-S", "-T", String.valueOf(Math.max(1, round.toSeconds())));
  }

  private double load(String path) throws Exception {
    return new HttpLoad(port, path, CONNECTIONS).run(round).perSecond();
  }

  private String segment() throws Exception {
    String schema =
        id(
            post(
                "/api/v1/schemas",
                """
                {"name": "customers", "fields": [
                  {"name": "id", "dataType": "varchar", "isPrimaryKey": true},
                  {"name": "tier", "dataType": "text"}]}"""));
    return id(
        post(
            "/api/v1/segments",
            """
            {"name": "gold", "baseSchemaId": "%s",
             "filters": [{"field": "tier", "operator": "eq", "value": "gold"}]}"""
                .formatted(schema)));
  }

  /// Every other metric in real time; computed once all interactions are there.
  private void prepareMetrics(int customers) throws Exception {
    for (int start = 0; start < customers * INTERACTIONS_EACH; start += 1_000) {
      post(
          "/api/v1/events",
          IntStream.range(start, Math.min(start + 1_000, customers * INTERACTIONS_EACH))
              .mapToObj(
                  row ->
                      "{\"eventType\":\"purchase\",\"customerId\":\"customer-%d\",\"value\":%d}"
                          .formatted(row % customers, row % 100))
              .collect(Collectors.joining(",", "[", "]")));
    }
    for (int metric = 0; metric < METRICS; metric++) {
      String id =
          id(
              post(
                  "/api/v1/behavioral-metrics",
                  """
                  {"name": "metric %d", "aggregateFunction": "sum", "sourceField": "purchase",
                   "windowDays": %d, "computeMode": "%s"}"""
                      .formatted(metric, 30 + metric, metric % 2 == 0 ? "realtime" : "batch")));
      post("/api/v1/behavioral-metrics/" + id + "/compute", "");
    }
  }

  private static String id(String json) {
    Matcher id = ID.matcher(json);
    if (!id.find()) {
      throw new IllegalStateException("no id: " + json);
    }
    return id.group(1);
  }

  private String post(String path, String json) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .header("X-Tenant-Id", Callers.TENANT)
                .POST(BodyPublishers.ofString(json))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }
}
