package sextant.kit.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.kit.mesh.Channels;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.RpcAssertions.Refusal;
import sextant.kit.testing.TestClock;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.DeleteMetricRequest;
import sextant.metrics.v1.GetMetricRequest;
import sextant.metrics.v1.ListMetricsRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;

/// What every service gets from the server, shown on one real service of the contract over both
/// transports.
class RpcServerTest {

  private static final class Metrics extends MetricsServiceGrpc.MetricsServiceImplBase {
    private Supplier<Metric> answer = Metric::getDefaultInstance;
    private final AtomicReference<Thread> thread = new AtomicReference<>();

    @Override
    public void getMetric(GetMetricRequest request, StreamObserver<Metric> out) {
      thread.set(Thread.currentThread());
      Unary.respond(out, answer);
    }

    @Override
    public void deleteMetric(DeleteMetricRequest request, StreamObserver<Empty> out) {
      throw new IllegalStateException("fails before it answers");
    }

    @Override
    public void createMetric(CreateMetricRequest request, StreamObserver<Metric> out) {
      Unary.respond(out, () -> Metric.newBuilder().setName(request.getName()).build());
    }
  }

  private final TestClock clock = TestClock.at("2026-03-01T12:00:00Z");
  private final Metrics metrics = new Metrics();
  private RpcServer server;
  private ManagedChannel network;
  private ManagedChannel inProcess;

  @BeforeEach
  void start() {
    server =
        RpcServer.start(
            new RpcServer.Binding("127.0.0.1", 0, "rpc-server-test"),
            MeshKey.tokens(clock),
            List.of(metrics));
    network = Channels.open("127.0.0.1:" + server.port());
    inProcess = Channels.open("inprocess:rpc-server-test");
  }

  @AfterEach
  void stop() {
    network.shutdownNow();
    inProcess.shutdownNow();
    server.close();
  }

  private MetricsServiceBlockingStub as(String transport, Role role) {
    ManagedChannel channel = transport.equals("network") ? network : inProcess;
    return MeshKey.as(MetricsServiceGrpc.newBlockingStub(channel), clock, "acme", role);
  }

  private static final GetMetricRequest GET = GetMetricRequest.newBuilder().setId("m").build();

  @ParameterizedTest
  @ValueSource(strings = {"network", "in-process"})
  void callsRunOnVirtualThreadsAndKnowTheirCaller(String transport) {
    metrics.answer =
        () ->
            Metric.newBuilder()
                .setId(Caller.current().tenantId())
                .setName(Caller.current().role().name())
                .build();
    Metric answer = as(transport, Role.ROLE_VIEWER).getMetric(GET);
    assertThat(answer.getId()).isEqualTo("acme");
    assertThat(answer.getName()).isEqualTo("ROLE_VIEWER");
    assertThat(metrics.thread.get().isVirtual()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "in-process"})
  void noTokenNoService(String transport) {
    ManagedChannel channel = transport.equals("network") ? network : inProcess;
    assertRefused(
        ErrorReason.ERROR_REASON_UNAUTHENTICATED,
        () -> MetricsServiceGrpc.newBlockingStub(channel).getMetric(GET));
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "in-process"})
  void theContractSaysWhoMayCall(String transport) {
    CreateMetricRequest request =
        CreateMetricRequest.newBuilder()
            .setName("n")
            .setAggregateFunctionValue(1)
            .setSourceField("click")
            .build();
    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW,
        () -> as(transport, Role.ROLE_VIEWER).createMetric(request));
    assertThat(as(transport, Role.ROLE_EDITOR).createMetric(request).getName()).isEqualTo("n");
    assertThat(as(transport, Role.ROLE_SERVICE).createMetric(request).getName()).isEqualTo("n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "in-process"})
  void theContractSaysWhatIsValidAndAllFaultsAreNamedAtOnce(String transport) {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () ->
                as(transport, Role.ROLE_EDITOR)
                    .createMetric(
                        CreateMetricRequest.newBuilder()
                            .setWindowDays(400)
                            .addGroupByDimensions("offerId")
                            .addGroupByDimensions("mood")
                            .build()));
    assertThat(refusal.fields())
        .anyMatch(fault -> fault.startsWith("name: "))
        .anyMatch(fault -> fault.startsWith("aggregate_function: "))
        .anyMatch(fault -> fault.startsWith("source_field: "))
        .anyMatch(fault -> fault.startsWith("window_days: ") && fault.contains("365"))
        .anyMatch(fault -> fault.startsWith("group_by_dimensions[1]: "))
        .hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "in-process"})
  void textThatTheDatabaseCannotStoreIsNamed(String transport) {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () ->
                as(transport, Role.ROLE_VIEWER)
                    .getMetric(GetMetricRequest.newBuilder().setId("m\0").build()));
    assertThat(refusal.fields()).containsExactly("id: must not contain U+0000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"network", "in-process"})
  void aThousandFaultsAreNamed(String transport) {
    CreateMetricRequest.Builder request =
        CreateMetricRequest.newBuilder()
            .setName("n")
            .setAggregateFunctionValue(1)
            .setSourceField("click");
    for (int mood = 0; mood < 1_500; mood++) {
      request.addGroupByDimensions("mood " + mood);
    }
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> as(transport, Role.ROLE_EDITOR).createMetric(request.build()));
    assertThat(refusal.fields()).hasSize(1_000);
    assertThat(refusal.message()).endsWith("(and 1500 more)");
  }

  @Test
  void aFailureOutsideTheAnswerEndsTheCall() {
    // This method's service code fails before it answers anything.
    assertRefused(
        ErrorReason.ERROR_REASON_INTERNAL,
        () ->
            as("network", Role.ROLE_EDITOR)
                .deleteMetric(DeleteMetricRequest.newBuilder().setId("m").build()));
  }

  @Test
  void whatAServiceThrowsReachesTheCaller() {
    metrics.answer =
        () -> {
          throw ApiException.notFound("metric", "m");
        };
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_NOT_FOUND,
            () -> as("network", Role.ROLE_VIEWER).getMetric(GET));
    assertThat(refusal.message()).isEqualTo("metric m not found");
  }

  @Test
  void faultsOfOursAreNotExplainedToTheCaller() {
    metrics.answer =
        () -> {
          throw new IllegalStateException("a secret of the implementation");
        };
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INTERNAL,
            () -> as("network", Role.ROLE_VIEWER).getMetric(GET));
    assertThat(refusal.message()).isEqualTo("internal error");
  }

  @Test
  void databaseFaultsHaveTheirOwnReasons() {
    Map.of(
            "57P01", ErrorReason.ERROR_REASON_UNAVAILABLE,
            "08006", ErrorReason.ERROR_REASON_UNAVAILABLE,
            "53100", ErrorReason.ERROR_REASON_UNAVAILABLE,
            "57014", ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
            "40P01", ErrorReason.ERROR_REASON_CONFLICT,
            "42P01", ErrorReason.ERROR_REASON_INTERNAL)
        .forEach(
            (state, reason) -> {
              metrics.answer =
                  () -> {
                    throw new IllegalStateException(new SQLException("sql", state));
                  };
              assertRefused(reason, () -> as("in-process", Role.ROLE_VIEWER).getMetric(GET));
            });
  }

  @Test
  void anUnknownMethodIsUnimplementedNotAnOutage() {
    assertThatThrownBy(
            () ->
                as("network", Role.ROLE_VIEWER)
                    .listMetrics(ListMetricsRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNIMPLEMENTED");
  }

  @Test
  void healthIsReportedWithoutAToken() {
    assertThat(
            HealthGrpc.newBlockingStub(network)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }
}
