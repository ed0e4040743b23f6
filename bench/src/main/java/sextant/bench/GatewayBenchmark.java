package sextant.bench;

import com.google.protobuf.Timestamp;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToDoubleFunction;
import sextant.gateway.GatewayConfig;
import sextant.gateway.GatewayServer;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.ListMetricsResponse;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricCounts;
import sextant.metrics.v1.MetricStatus;

/// Target P2: requests per second through the gateway, a list of 8 KB from a stub service, against
/// Armeria serving the same bytes from memory. Each server is a process of its own; the load comes
/// from this one. Arguments: seconds of a round, rounds, connections.
public final class GatewayBenchmark {

  private static final String PATH = "/api/v1/behavioral-metrics";
  private static final String SERVICE = "sextant.metrics.v1.MetricsService";
  private static final String BACKEND = "backend";
  private static final int METRICS = 19;
  private static final int WARM_UP_REQUESTS = 150_000;

  /// A server in a process of its own.
  private record Child(Process process, int port) {

    double cpuMicros() {
      return process.toHandle().info().totalCpuDuration().orElseThrow().toNanos() / 1e3;
    }
  }

  /// One round: requests per second, and what each cost the server in CPU time, all of its threads
  /// counted.
  private record Sample(double perSecond, double cpuMicros) {}

  private GatewayBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("serve")) {
      serve(arguments[1], arguments.length > 2 ? arguments[2] : "");
      return;
    }
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int connections = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
    List<Child> children = new ArrayList<>();
    try {
      Child backend = start(children, BACKEND, "");
      Map<String, Child> variants = new LinkedHashMap<>();
      variants.put("gateway-one-jvm", start(children, "gateway", "inprocess:" + BACKEND));
      variants.put("gateway-network", start(children, "gateway", "127.0.0.1:" + backend.port()));
      String body = get(variants.get("gateway-one-jvm").port());
      variants.put("memory", start(children, "memory", body));
      Map<String, List<Sample>> samples = new LinkedHashMap<>();
      variants.keySet().forEach(name -> samples.put(name, new ArrayList<>()));
      for (Child child : variants.values()) {
        warmUp(child, connections, seconds);
      }
      for (int round = 1; round <= rounds; round++) {
        for (var variant : variants.entrySet()) {
          Sample sample = measure(variant.getValue(), connections, seconds);
          System.out.printf(
              Locale.ROOT,
              "round %2d %-16s %8.0f/s %6.1f us CPU%n",
              round,
              variant.getKey(),
              sample.perSecond(),
              sample.cpuMicros());
          samples.get(variant.getKey()).add(sample);
        }
      }
      report(samples);
    } finally {
      children.forEach(child -> child.process().destroy());
    }
  }

  private static void warmUp(Child child, int connections, int seconds) throws Exception {
    long requests = 0;
    while (requests < WARM_UP_REQUESTS) {
      requests += new HttpLoad(child.port(), PATH, connections).run(seconds).requests();
    }
  }

  private static Sample measure(Child child, int connections, int seconds) throws Exception {
    double before = child.cpuMicros();
    HttpLoad.Result result = new HttpLoad(child.port(), PATH, connections).run(seconds);
    return new Sample(result.perSecond(), (child.cpuMicros() - before) / result.requests());
  }

  private static void report(Map<String, List<Sample>> samples) throws IOException {
    StringBuilder csv = new StringBuilder("variant,per_second,ratio_to_memory,cpu_micros\n");
    double memory = median(samples.get("memory"), Sample::perSecond);
    samples.forEach(
        (name, values) ->
            csv.append(
                String.format(
                    Locale.ROOT,
                    "%s,%.0f,%.3f,%.1f%n",
                    name,
                    median(values, Sample::perSecond),
                    median(values, Sample::perSecond) / memory,
                    median(values, Sample::cpuMicros))));
    System.out.print(csv);
    Path results = Files.createDirectories(Path.of("bench", "results"));
    Files.writeString(results.resolve("gateway.csv"), csv);
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
    return samples.stream().mapToDouble(figure).sorted().toArray()[samples.size() / 2];
  }

  private static Child start(List<Child> children, String role, String argument)
      throws IOException {
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
            GatewayBenchmark.class.getName(),
            "serve",
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
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + PATH))
                  .header("X-Tenant-Id", "t")
                  .build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  private static void serve(String role, String argument) throws Exception {
    switch (role) {
      case BACKEND -> {
        var server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0));
        System.out.println("port " + startBackend(server).getPort());
      }
      case "gateway" -> {
        startBackend(InProcessServerBuilder.forName(BACKEND));
        GatewayServer gateway =
            GatewayServer.start(
                GatewayConfig.open(
                    "127.0.0.1",
                    0,
                    Map.of("sextant.metrics.v1", argument),
                    List.of("a mesh key for benchmarks".getBytes(StandardCharsets.UTF_8))),
                InstantSource.system());
        System.out.println("port " + gateway.port());
      }
      case "memory" -> System.out.println("port " + startMemory(argument));
      default -> throw new IllegalArgumentException(role);
    }
    new CountDownLatch(1).await();
  }

  private static int startMemory(String body) {
    HttpData data = HttpData.ofUtf8(body);
    Server server =
        Server.builder()
            .localPort(0, SessionProtocol.HTTP)
            .disableServerHeader()
            .service(
                PATH,
                (_, _) ->
                    HttpResponse.of(
                        ResponseHeaders.builder(200).contentType(MediaType.JSON_UTF_8).build(),
                        data))
            .build();
    server.start().join();
    return server.activeLocalPort();
  }

  /// Answers with bytes that are ready, so that what is measured is the gateway.
  private static io.grpc.Server startBackend(ServerBuilder<?> builder) throws IOException {
    byte[] response = response().toByteArray();
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(SERVICE + "/ListMetrics")
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return builder
        .directExecutor()
        .addService(
            ServerServiceDefinition.builder(SERVICE)
                .addMethod(
                    method,
                    ServerCalls.asyncUnaryCall(
                        (_, observer) -> {
                          observer.onNext(response);
                          observer.onCompleted();
                        }))
                .build())
        .build()
        .start();
  }

  private static ListMetricsResponse response() {
    ListMetricsResponse.Builder list =
        ListMetricsResponse.newBuilder().setTotal(METRICS).setHasMore(false);
    for (int i = 0; i < METRICS; i++) {
      Timestamp time = Timestamp.newBuilder().setSeconds(1_770_000_000L + i).build();
      list.addData(
          Metric.newBuilder()
              .setId("0198c5d2-7c1f-7f0a-9d5e-0c2f7a3b1e" + (10 + i))
              .setName("purchase_frequency_" + i)
              .setDescription("Number of purchases in last 30 days")
              .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
              .setSourceField("purchase")
              .setWindowDays(30)
              .setComputeMode(ComputeMode.COMPUTE_MODE_BATCH)
              .setBatchIntervalMin(60)
              .setStatus(MetricStatus.METRIC_STATUS_ACTIVE)
              .setCounts(MetricCounts.newBuilder().setValues(4521 + i))
              .setCreatedAt(time)
              .setUpdatedAt(time)
              .build());
    }
    return list.build();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
