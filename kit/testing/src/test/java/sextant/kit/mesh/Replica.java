package sextant.kit.mesh;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import sextant.access.v1.Role;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.GetMetricRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceImplBase;

/// One of several servers with the same service, which says how often it was called and fails when
/// told to.
final class Replica extends MetricsServiceImplBase implements AutoCloseable {

  static final TestClock CLOCK = TestClock.at("2026-03-01T12:00:00Z");
  static final GetMetricRequest GET = GetMetricRequest.newBuilder().setId("m").build();
  static final CreateMetricRequest CREATE =
      CreateMetricRequest.newBuilder()
          .setName("n")
          .setAggregateFunctionValue(1)
          .setSourceField("click")
          .build();

  final AtomicInteger calls = new AtomicInteger();

  /// Calls that fail from now on.
  final AtomicInteger failing = new AtomicInteger();

  volatile Supplier<Metric> answer = Metric::getDefaultInstance;
  private final RpcServer server;

  Replica(int port, Optional<MeshTls> tls, int maxConcurrentCalls) {
    server =
        RpcServer.start(
            new RpcServer.Binding("127.0.0.1", port, "", tls, maxConcurrentCalls),
            MeshKey.tokens(CLOCK),
            List.of(this));
  }

  Replica(int port) {
    this(port, Optional.empty(), 100);
  }

  int port() {
    return server.port();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  static MetricsServiceBlockingStub stub(ManagedChannel channel) {
    return MeshKey.as(MetricsServiceGrpc.newBlockingStub(channel), CLOCK, "acme", Role.ROLE_ADMIN);
  }

  @Override
  public void getMetric(GetMetricRequest request, StreamObserver<Metric> out) {
    respond(out);
  }

  @Override
  public void createMetric(CreateMetricRequest request, StreamObserver<Metric> out) {
    respond(out);
  }

  private void respond(StreamObserver<Metric> out) {
    calls.incrementAndGet();
    if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      out.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    }
    out.onNext(answer.get());
    out.onCompleted();
  }

  @Override
  public void close() {
    server.close();
  }
}
