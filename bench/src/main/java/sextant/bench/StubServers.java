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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import sextant.gateway.GatewayConfig;
import sextant.gateway.GatewayServer;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.ListMetricsResponse;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricCounts;
import sextant.metrics.v1.MetricStatus;

/// The servers of the gateway benchmark, each in a process of its own: `backend`, a metrics-service
/// whose list is bytes that are ready; `gateway` before it; `memory`, Armeria with the same bytes.
final class StubServers {

  static final String PATH = "/api/v1/behavioral-metrics";
  static final String BACKEND = "backend";
  private static final String SERVICE = "sextant.metrics.v1.MetricsService";
  private static final int METRICS = 19;

  private StubServers() {}

  /// Starts the named one, prints `port N` and serves until killed.
  public static void main(String[] arguments) throws Exception {
    String role = arguments[0];
    String argument = arguments.length > 1 ? arguments[1] : "";
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
