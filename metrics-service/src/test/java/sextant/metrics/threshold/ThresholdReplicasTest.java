package sextant.metrics.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sextant.metrics.jooq.Tables.CHANGED_VALUE;

import io.grpc.Channel;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.Definition;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.Observation;
import sextant.metrics.v1.ObservationsServiceGrpc;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.Transition;

/// Two replicas at once, and one that dies: every crossing is recorded exactly once.
final class ThresholdReplicasTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private static Channel second;

  private final Scene scene = new Scene(mesh, mesh.newTenant());

  @BeforeAll
  static void startTheSecond() {
    second = mesh.startReplica();
  }

  @Test
  void observationsThroughTwoReplicas() throws Exception {
    scene.numeric("n");
    Definition each = scene.each("n", "GREATER_THAN", "0");
    Definition count = scene.aggregate(each.getId(), "COUNT", "EQUALS", "true");
    Definition sum = scene.aggregate("n", "SUM", "GREATER_THAN", "0");
    Definition median = scene.aggregate("n", "MEDIAN", "GREATER_THAN", "0");
    int positive = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> writers = new ArrayList<>();
      for (int writer = 0; writer < 8; writer++) {
        int number = writer;
        writers.add(threads.submit(() -> write(number)));
      }
      for (Future<Integer> writer : writers) {
        positive += writer.get(60, TimeUnit.SECONDS);
      }
    }
    List<Transition> fired = withoutGaps(each);
    assertThat(fired).hasSize(positive).allMatch(Transition::getFired);
    assertThat(fired.stream().map(Transition::getValueId)).doesNotHaveDuplicates();
    assertThat(scene.crossings(count.getId())).hasSize(1);
    for (Definition aggregate : List.of(sum, median)) {
      boolean state = false;
      for (Transition transition : withoutGaps(aggregate)) {
        assertThat(transition.getFired()).isNotEqualTo(state);
        state = transition.getFired();
      }
      assertThat(scene.values(aggregate.getId()).getFirst().getFired()).isEqualTo(state);
    }
  }

  /// Returns how many positive observations there were. Every call is made twice, by both replicas.
  private int write(int writer) {
    Random random = new Random(writer);
    int positive = 0;
    for (int call = 0; call < 12; call++) {
      List<Observation> observations = new ArrayList<>();
      for (int index = 0; index < 5; index++) {
        int value = random.nextInt(21) - 10;
        positive += value > 0 ? 1 : 0;
        observations.add(
            Scene.observation("s" + random.nextInt(3), String.valueOf(value)).toBuilder()
                .setId(writer + "-" + call + "-" + index)
                .build());
      }
      Scene.observe(scene.observations(), "n", observations);
      Scene.observe(
          mesh.as(
              ObservationsServiceGrpc::newBlockingStub, second, scene.tenant(), Role.ROLE_EDITOR),
          "n",
          observations);
    }
    return positive;
  }

  private List<Transition> withoutGaps(Definition threshold) {
    List<Transition> all = scene.transitions(threshold.getId());
    for (int index = 0; index < all.size(); index++) {
      assertThat(all.get(index).getPosition()).isEqualTo(index + 1);
    }
    return all;
  }

  @Test
  void changesOfAMetricEvaluatedByTwoReplicasWhileTheyHappen() throws Exception {
    metric();
    Definition each = scene.each("sum", "GREATER_THAN", "0");
    Map<String, Integer> sums = new TreeMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int replica = 0; replica < 2; replica++) {
        int number = replica;
        running.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 60; round++) {
                    mesh.drainReplica(number);
                  }
                }));
      }
      Random random = new Random(7);
      for (int call = 0; call < 60; call++) {
        RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
        for (int index = 0; index < 4; index++) {
          String customer = "c" + random.nextInt(5);
          int value = random.nextInt(11) - 5;
          sums.merge(customer, value, Integer::sum);
          request.addEvents(purchase(customer, String.valueOf(value)));
        }
        Channel replica = call % 2 == 0 ? scene.observations().getChannel() : second;
        mesh.as(InteractionsServiceGrpc::newBlockingStub, replica, scene.tenant(), Role.ROLE_EDITOR)
            .recordInteractions(request.build());
      }
      for (Future<?> loop : running) {
        loop.get(60, TimeUnit.SECONDS);
      }
    }
    mesh.drain();
    assertThat(scene.results(each.getId()))
        .containsExactlyElementsOf(
            sums.entrySet().stream()
                .map(sum -> sum.getKey() + " " + (sum.getValue() > 0) + " " + sum.getValue())
                .toList());
    Map<String, Boolean> states = new TreeMap<>();
    for (Transition transition : withoutGaps(each)) {
      Boolean before = states.put(transition.getSubjectId(), transition.getFired());
      assertThat(transition.getFired()).isNotEqualTo(before != null && before);
    }
    sums.forEach(
        (customer, sum) -> assertThat(states.getOrDefault(customer, false)).isEqualTo(sum > 0));
  }

  @Test
  void anEvaluationThatDiesIsDoneAgainAndOnce() throws Exception {
    metric();
    Definition each = scene.each("sum", "GREATER_THAN", "0");
    mesh.drain();
    record(purchase("a", "3"), purchase("b", "4"));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection blocker = DriverManager.getConnection(mesh.database().url(), "postgres", "")) {
      blocker.setAutoCommit(false);
      blocker.createStatement().execute("lock table metrics.transition in access exclusive mode");
      Future<?> drain = threads.submit(() -> mesh.drainReplica(1));
      terminateWhoeverWaits();
      assertThatThrownBy(() -> drain.get(30, TimeUnit.SECONDS)).isNotNull();
      blocker.rollback();
    }
    assertThat(scene.transitions(each.getId())).isEmpty();
    assertThat(pending()).isEqualTo(2);
    mesh.drain();
    assertThat(scene.crossings(each.getId())).containsExactly("a true 3", "b true 4");
    assertThat(pending()).isZero();
  }

  /// Kills the process of the evaluation, in the middle of its transaction.
  private static void terminateWhoeverWaits() {
    while (mesh.database()
        .asOwner(
            owner ->
                owner.fetch(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock'
                      and query like '%metrics.transition%'
                    """))
        .isEmpty()) {
      Thread.onSpinWait();
    }
  }

  private int pending() {
    return mesh.database()
        .asOwner(
            owner -> owner.fetchCount(CHANGED_VALUE, CHANGED_VALUE.TENANT_ID.eq(scene.tenant())));
  }

  private void metric() {
    scene
        .as(MetricsServiceGrpc::newBlockingStub)
        .createMetric(
            CreateMetricRequest.newBuilder()
                .setName("sum")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
                .setSourceField("purchase")
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .build());
  }

  private void record(InteractionInput.Builder... inputs) {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    List.of(inputs).forEach(request::addEvents);
    scene.as(InteractionsServiceGrpc::newBlockingStub).recordInteractions(request.build());
  }

  private static InteractionInput.Builder purchase(String customer, String value) {
    return InteractionInput.newBuilder()
        .setCustomerId(customer)
        .setEventType("purchase")
        .setValue(value);
  }
}
