package sextant.metrics.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.metrics.compute.StoredValues.storedValues;
import static sextant.metrics.jooq.Tables.INTERACTION;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsExtension;
import sextant.metrics.compute.MetricOracle;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.GetMetricRequest;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.ListMetricValuesRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricStatus;
import sextant.metrics.v1.MetricValue;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import sextant.metrics.v1.NamedMetricValue;
import sextant.metrics.v1.ReadMetricValuesRequest;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RetractInteractionRequest;
import sextant.metrics.v1.UpdateMetricRequest;

/// A stream of interactions through two replicas, one of which is killed now and then, while
/// definitions change, pause, resume and switch modes: after every thousand the values equal a
/// recomputation to the last digit, whichever way they are read.
///
/// `-Dsextant.interactions=100000` for the long version.
final class RealtimeStreamTest {

  private static final int ROUNDS = Integer.getInteger("sextant.interactions", 3_000) / 1_000;
  private static final int KILL_EVERY = 3;
  private static final int CALLS = 20;
  private static final int CALLERS = 8;
  private static final int METRICS = 6;

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private final String tenant = mesh.newTenant();
  private final Set<String> ids = ConcurrentHashMap.newKeySet();
  private final Map<String, Map<String, BigDecimal>> paused = new HashMap<>();
  private ReplicaProcess replica;
  private Random random;
  private RandomInteractions interactions;
  private ChangingMetrics metrics;

  @AfterEach
  void stopReplica() {
    replica.kill();
  }

  @Test
  void valuesEqualARecomputationAfterEveryThousand() {
    Seeds.forEach(
        1,
        seeded -> {
          random = seeded;
          interactions = new RandomInteractions(new Random(random.nextLong()));
          metrics = new ChangingMetrics(new Random(random.nextLong()));
          startReplica();
          for (int metric = 0; metric < METRICS; metric++) {
            metrics.create(stub(MetricsServiceGrpc::newBlockingStub));
          }
          for (int round = 1; round <= ROUNDS; round++) {
            stream(round % KILL_EVERY == KILL_EVERY - 1);
            advance();
            if (!replica.isAlive() || random.nextBoolean()) {
              mesh.drain();
            }
            check();
            if (!replica.isAlive()) {
              startReplica();
            }
          }
        });
  }

  private void startReplica() throws IOException {
    replica =
        ReplicaProcess.start(mesh.database().config(MetricsConfig.ROLE), mesh.clock.instant());
  }

  /// A thousand interactions from several callers at once, corrections of earlier ones and changes
  /// of definitions in between.
  private void stream(boolean killing) throws Exception {
    AtomicInteger answered = new AtomicInteger();
    List<RecordInteractionsRequest> batches = new ArrayList<>();
    for (int call = 0; call < CALLS; call++) {
      batches.add(interactions.batch(1_000 / CALLS, mesh.clock.instant()));
    }
    List<String> earlier = List.copyOf(ids);
    try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      List<Future<?>> work = new ArrayList<>();
      for (int call = 0; call < CALLS; call++) {
        RecordInteractionsRequest batch = batches.get(call);
        boolean remote = call % 2 == 0;
        work.add(
            threads.submit(
                () -> {
                  record(batch, remote);
                  if (answered.incrementAndGet() == CALLS / 3 && killing) {
                    replica.kill();
                  }
                }));
        if (call == CALLS / 2) {
          work.add(threads.submit(this::changeDefinitions));
          work.add(threads.submit(() -> correct(earlier)));
        }
      }
      for (Future<?> each : work) {
        each.get();
      }
    }
  }

  private void record(RecordInteractionsRequest batch, boolean remote) {
    call(
            InteractionsServiceGrpc::newBlockingStub,
            remote,
            (InteractionsServiceBlockingStub intake) -> intake.recordInteractions(batch))
        .getResultsList()
        .forEach(result -> ids.add(result.getInteractionId()));
  }

  private void changeDefinitions() {
    for (int change = 0; change < 3; change++) {
      if (change == 0) {
        metrics.replace(stub(MetricsServiceGrpc::newBlockingStub));
      } else {
        UpdateMetricRequest update = metrics.update();
        metrics.updated(
            call(
                MetricsServiceGrpc::newBlockingStub,
                change == 1,
                (MetricsServiceBlockingStub stub) -> stub.updateMetric(update)));
        paused.remove(update.getId());
      }
    }
  }

  private void correct(List<String> earlier) {
    for (int count = 0; count < 40 && !earlier.isEmpty(); count++) {
      String id = earlier.get(random.nextInt(earlier.size()));
      boolean retract = random.nextInt(3) == 0;
      var correction = interactions.correction(id, mesh.clock.instant());
      try {
        this.<InteractionsServiceBlockingStub, Object>call(
            InteractionsServiceGrpc::newBlockingStub,
            count % 2 == 0,
            intake ->
                retract
                    ? intake.retractInteraction(
                        RetractInteractionRequest.newBuilder().setId(id).setReason("oops").build())
                    : intake.correctInteraction(correction));
      } catch (StatusRuntimeException refused) {
        assertThat(refused).hasMessageContaining("was retracted");
      }
    }
  }

  /// Of the replica that may be killed, or of the other one; when it was killed, of the other one.
  private <S extends io.grpc.stub.AbstractStub<S>, A> A call(
      Function<Channel, S> stub, boolean remote, Function<S, A> call) {
    if (remote) {
      try {
        return call.apply(mesh.as(stub, replica.channel(), tenant, Role.ROLE_EDITOR));
      } catch (StatusRuntimeException failure) {
        if (failure.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw failure;
        }
      }
    }
    return call.apply(stub(stub));
  }

  private <S extends io.grpc.stub.AbstractStub<S>> S stub(Function<Channel, S> stub) {
    return mesh.as(stub, tenant, Role.ROLE_EDITOR);
  }

  /// By hours, or by just enough to leave the edge of a window behind.
  private void advance() throws IOException {
    mesh.clock.advance(
        random.nextInt(4) == 0
            ? Duration.of(1, ChronoUnit.MICROS)
            : Duration.ofMinutes(10 * random.nextInt(60)));
    if (replica.isAlive()) {
      replica.setTime(mesh.clock.instant());
    }
  }

  private void check() {
    List<InteractionRecord> rows =
        mesh.database()
            .asOwner(
                db -> db.selectFrom(INTERACTION).where(INTERACTION.TENANT_ID.eq(tenant)).fetch());
    List<String> recorded =
        rows.stream()
            .filter(row -> row.getCorrects() == null)
            .map(row -> row.getInteractionId().toString())
            .toList();
    // As sets: comparing lists of a hundred thousand in any order takes minutes.
    assertThat(Set.copyOf(recorded).equals(ids))
        .as("every interaction acknowledged and no other")
        .isTrue();
    assertThat(recorded).as("each once").hasSize(ids.size());
    metrics.all().forEach(metric -> check(metric, rows));
  }

  private void check(Metric metric, List<InteractionRecord> rows) {
    if (metric.getStatus() == MetricStatus.METRIC_STATUS_PAUSED) {
      Map<String, BigDecimal> stored = storedValues(mesh, metric.getId());
      assertThat(stored).isEqualTo(paused.computeIfAbsent(metric.getId(), id -> stored));
      return;
    }
    Map<String, BigDecimal> expected =
        MetricOracle.values(
            metric,
            rows,
            mesh.clock.instant(),
            RandomInteractions.TYPES::contains,
            ChangingMetrics.filter(metric));
    if (metric.getComputeMode() == ComputeMode.COMPUTE_MODE_REALTIME) {
      replicas(stub -> assertThat(byCustomers(stub, metric)).as(metric + "").isEqualTo(expected));
    } else {
      var computed =
          stub(MetricsServiceGrpc::newBlockingStub)
              .computeMetric(ComputeMetricRequest.newBuilder().setId(metric.getId()).build());
      assertThat(computed.getValueCount()).isEqualTo(expected.size());
    }
    replicas(stub -> assertThat(highest(stub, metric)).isEqualTo(highest(expected)));
    assertThat(storedValues(mesh, metric.getId())).as(metric + "").isEqualTo(expected);
    replicas(
        stub ->
            assertThat(
                    stub.getMetric(GetMetricRequest.newBuilder().setId(metric.getId()).build())
                        .getCounts()
                        .getValues())
                .isEqualTo(expected.size()));
  }

  private void replicas(Consumer<MetricsServiceBlockingStub> check) {
    check.accept(stub(MetricsServiceGrpc::newBlockingStub));
    if (replica.isAlive()) {
      check.accept(
          mesh.as(
              MetricsServiceGrpc::newBlockingStub, replica.channel(), tenant, Role.ROLE_EDITOR));
    }
  }

  private static List<String> highest(MetricsServiceBlockingStub stub, Metric metric) {
    return stub
        .listMetricValues(ListMetricValuesRequest.newBuilder().setId(metric.getId()).build())
        .getValuesList()
        .stream()
        .map(MetricValue::getValue)
        .toList();
  }

  private static List<String> highest(Map<String, BigDecimal> values) {
    return values.values().stream()
        .sorted(Comparator.reverseOrder())
        .limit(20)
        .map(BigDecimal::toPlainString)
        .toList();
  }

  private static Map<String, BigDecimal> byCustomers(
      MetricsServiceBlockingStub stub, Metric metric) {
    Map<String, BigDecimal> values = new TreeMap<>();
    for (NamedMetricValue value :
        stub.readMetricValues(
                ReadMetricValuesRequest.newBuilder()
                    .addMetricIds(metric.getId())
                    .addAllCustomerIds(RandomInteractions.CUSTOMERS)
                    .build())
            .getValuesList()) {
      assertThat(value.getMetricName()).isEqualTo(metric.getName());
      String offer = value.getValue().getDimensionsOrDefault("offerId", "");
      values.put(
          value.getValue().getCustomerId() + "|" + offer + "|",
          new BigDecimal(value.getValue().getValue()).stripTrailingZeros());
    }
    return values;
  }
}
