package sextant.metrics.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_IN_USE;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.metrics.jooq.Tables.ABANDONED_DEFINITION;
import static sextant.metrics.jooq.Tables.CHANGED_VALUE;
import static sextant.metrics.jooq.Tables.DEFINITION;
import static sextant.metrics.jooq.Tables.DEFINITION_VALUE;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;
import static sextant.metrics.jooq.Tables.THRESHOLD;
import static sextant.metrics.jooq.Tables.TRANSITION;

import io.grpc.StatusRuntimeException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.AggregationMode;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CorrectInteractionRequest;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.Definition;
import sextant.metrics.v1.DeleteDefinitionRequest;
import sextant.metrics.v1.DeleteMetricRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.ListDefinitionsRequest;
import sextant.metrics.v1.ListTransitionsRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RetractInteractionRequest;
import sextant.metrics.v1.ThresholdOperator;
import sextant.metrics.v1.Transition;
import sextant.metrics.v1.UpdateMetricRequest;

/// Thresholds on behavioral metrics: whatever changes the values, the results follow.
final class BehavioralThresholdTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private static final BigDecimal LIMIT = BigDecimal.TEN;

  private final Scene scene = new Scene(mesh, mesh.newTenant());
  private final List<String> interactions = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(names = {"COMPUTE_MODE_BATCH", "COMPUTE_MODE_REALTIME"})
  void resultsFollowTheValues(ComputeMode mode) {
    Seeds.forEach(2, random -> check(mode, random));
  }

  private void check(ComputeMode mode, Random random) {
    interactions.clear();
    Metric metric = metric("spent " + mode + random.nextInt(), mode);
    List<Definition> watching = new ArrayList<>();
    for (AggregationMode each : List.of(AggregationMode.values()).subList(1, 10)) {
      watching.add(
          scene.create(
              Scene.threshold(metric.getId(), "GREATER_THAN_OR_EQUALS", LIMIT.toPlainString())
                  .setAggregationMode(each)
                  .setCountThreshold(2)));
    }
    Map<String, Map<String, Boolean>> states = new HashMap<>();
    for (int step = 0; step < 8; step++) {
      step(random, metric);
      if (mode == ComputeMode.COMPUTE_MODE_BATCH) {
        metrics().computeMetric(ComputeMetricRequest.newBuilder().setId(metric.getId()).build());
      }
      mesh.drain();
      Map<String, BigDecimal> shown = shown(metric);
      for (Definition threshold : watching) {
        check(threshold, shown, states);
      }
    }
  }

  /// Something that changes values.
  private void step(Random random, Metric metric) {
    switch (random.nextInt(8)) {
      case 0 -> mesh.clock.advance(Duration.ofHours(random.nextInt(30)));
      case 1 -> {
        if (!interactions.isEmpty()) {
          interactions()
              .correctInteraction(
                  CorrectInteractionRequest.newBuilder()
                      .setId(any(random))
                      .setValue(amount(random))
                      .build());
        }
      }
      case 2 -> {
        if (!interactions.isEmpty()) {
          String id = any(random);
          interactions()
              .retractInteraction(RetractInteractionRequest.newBuilder().setId(id).build());
          interactions.remove(id);
        }
      }
      case 3 ->
          metrics()
              .updateMetric(
                  UpdateMetricRequest.newBuilder()
                      .setId(metric.getId())
                      .setWindowDays(1 + random.nextInt(3))
                      .build());
      default -> record(random);
    }
  }

  private void record(Random random) {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    for (int index = random.nextInt(12); index >= 0; index--) {
      request.addEvents(
          InteractionInput.newBuilder()
              .setCustomerId("c" + random.nextInt(6))
              .setEventType("purchase")
              .setValue(amount(random)));
    }
    interactions().recordInteractions(request.build()).getResultsList().stream()
        .map(result -> result.getInteractionId())
        .forEach(interactions::add);
  }

  private String any(Random random) {
    return interactions.get(random.nextInt(interactions.size()));
  }

  private static String amount(Random random) {
    return BigDecimal.valueOf(random.nextInt(1_000) - 300L, 2).toPlainString();
  }

  /// The values as they are shown, straight from the table.
  private static Map<String, BigDecimal> shown(Metric metric) {
    Map<String, BigDecimal> values =
        mesh.database()
            .asOwner(
                owner ->
                    owner
                        .select(METRIC_VALUE.CUSTOMER_ID, METRIC_VALUE.VALUE)
                        .from(METRIC_VALUE)
                        .join(METRIC)
                        .on(METRIC.METRIC_ID.eq(METRIC_VALUE.METRIC_ID))
                        .and(METRIC.EPOCH.eq(METRIC_VALUE.EPOCH))
                        .where(METRIC.METRIC_ID.eq(UUID.fromString(metric.getId())))
                        .fetchMap(METRIC_VALUE.CUSTOMER_ID, METRIC_VALUE.VALUE));
    return new TreeMap<>(values);
  }

  private void check(
      Definition threshold,
      Map<String, BigDecimal> shown,
      Map<String, Map<String, Boolean>> states) {
    AggregationMode mode = threshold.getThreshold().getAggregationMode();
    ThresholdOperator operator = ThresholdOperator.THRESHOLD_OPERATOR_GREATER_THAN_OR_EQUALS;
    List<String> expected = new ArrayList<>();
    Map<String, Boolean> after = new TreeMap<>();
    if (mode == AggregationMode.AGGREGATION_MODE_EACH) {
      shown.forEach(
          (customer, value) -> {
            boolean fired = ThresholdOracle.meets(operator, value, LIMIT);
            after.put(customer, fired);
            expected.add(customer + " " + fired + " " + value.stripTrailingZeros().toPlainString());
          });
    } else {
      String result = ThresholdOracle.aggregate(mode, operator, LIMIT, List.copyOf(shown.values()));
      after.put("", result.startsWith("true"));
      expected.add(result);
    }
    assertThat(scene.results(threshold.getId()))
        .as(threshold.getSlug())
        .containsExactlyInAnyOrderElementsOf(expected);
    // Replaying the transitions gives the results.
    Map<String, Boolean> replayed = new TreeMap<>();
    for (Transition transition : scene.transitions(threshold.getId())) {
      Boolean before = replayed.put(transition.getSubjectId(), transition.getFired());
      assertThat(transition.getFired()).isNotEqualTo(before != null && before);
    }
    replayed.values().removeIf(fired -> !fired);
    after.values().removeIf(fired -> !fired);
    assertThat(replayed).as(threshold.getSlug()).isEqualTo(after);
    Map<String, Boolean> before = states.put(threshold.getId(), after);
    long crossed =
        after.keySet().stream().filter(key -> before == null || !before.containsKey(key)).count()
            + (before == null
                ? 0
                : before.keySet().stream().filter(key -> !after.containsKey(key)).count());
    int known = transitionCounts.getOrDefault(threshold.getId(), 0);
    int all = scene.transitions(threshold.getId()).size();
    assertThat(all - known).as("transitions of " + threshold.getSlug()).isEqualTo((int) crossed);
    transitionCounts.put(threshold.getId(), all);
  }

  private final Map<String, Integer> transitionCounts = new HashMap<>();

  @Test
  void aGroupedMetricHasOneResultPerDimension() {
    Metric metric =
        metrics()
            .createMetric(
                request("by channel", ComputeMode.COMPUTE_MODE_REALTIME)
                    .addGroupByDimensions("channelId")
                    .build());
    Definition each = scene.each("by_channel", "GREATER_THAN", "5");
    interactions()
        .recordInteractions(
            RecordInteractionsRequest.newBuilder()
                .addEvents(purchase("a", "6").setChannelId("email"))
                .addEvents(purchase("a", "4").setChannelId("s|m\\s"))
                .addEvents(purchase("a", "9"))
                .build());
    mesh.drain();
    assertThat(scene.values(each.getId()))
        .extracting(
            value -> value.getSubjectId() + " " + value.getValueId() + " " + value.getFired())
        .containsExactlyInAnyOrder("a email true", "a s\\|m\\\\s false", "a  true");
    assertThat(scene.values("by_channel")).hasSize(3);
    assertThat(scene.create(Scene.definition("by channel", each.getType())).getSlug())
        .isEqualTo("by_channel_2");
    assertThat(scene.values(metric.getId()))
        .extracting(value -> value.getValueId())
        .containsExactly("", "email", "s\\|m\\\\s");
  }

  @Test
  void nothingIsNotedForAMetricThatNobodyWatches() {
    metric("quiet", ComputeMode.COMPUTE_MODE_REALTIME);
    interactions()
        .recordInteractions(
            RecordInteractionsRequest.newBuilder().addEvents(purchase("a", "6")).build());
    int noted =
        mesh.database()
            .asOwner(
                owner ->
                    owner.fetchCount(CHANGED_VALUE, CHANGED_VALUE.TENANT_ID.eq(scene.tenant())));
    assertThat(noted).isZero();
    Definition late = scene.each("quiet", "GREATER_THAN", "5");
    assertThat(scene.values(late.getId())).isEmpty();
    mesh.drain();
    assertThat(scene.crossings(late.getId())).containsExactly("a true 6");
  }

  @Test
  void manyValuesAreEvaluatedPieceByPieceAndAggregatesOnce() {
    metric("many", ComputeMode.COMPUTE_MODE_REALTIME);
    Definition mean = scene.aggregate("many", "AVERAGE", "GREATER_THAN", "100");
    Definition each = scene.each("many", "GREATER_THAN", "100");
    for (int part = 0; part < 5; part++) {
      RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
      for (int index = 0; index < 1_000; index++) {
        // High at first, low in the end: a mean of the first pieces would cross.
        request.addEvents(purchase("c%d%03d".formatted(part, index), part < 2 ? "200" : "1"));
      }
      interactions().recordInteractions(request.build());
    }
    mesh.drain();
    assertThat(scene.crossings(mean.getId())).isEmpty();
    assertThat(scene.results(mean.getId())).containsExactly("false 80.6");
    assertThat(
            scene
                .thresholds()
                .listTransitions(
                    ListTransitionsRequest.newBuilder().setIdOrSlug(each.getId()).build())
                .getPagination()
                .getTotal())
        .isEqualTo(2_000);
  }

  @Test
  void aMetricInUseIsNotDeleted() {
    Metric metric = metric("used", ComputeMode.COMPUTE_MODE_BATCH);
    scene.each("used", "GREATER_THAN", "5");
    record(new Random(1));
    mesh.drain();
    Definition second = scene.aggregate("used_gt_5", "COUNT", "EQUALS", "true");
    var delete = DeleteMetricRequest.newBuilder().setId(metric.getId()).build();
    assertThat(assertRefused(ERROR_REASON_IN_USE, () -> metrics().deleteMetric(delete)).message())
        .contains("threshold:used_gt_5");
    assertThat(assertRefused(ERROR_REASON_IN_USE, () -> delete("used_gt_5")).message())
        .contains("threshold:" + second.getSlug());
    delete(second.getSlug());
    delete("used_gt_5");
    record(new Random(1));
    mesh.drain();
    metrics().deleteMetric(delete);
    mesh.drain();
    int left =
        mesh.database()
            .asOwner(
                owner ->
                    owner.fetchCount(DEFINITION, DEFINITION.TENANT_ID.eq(scene.tenant()))
                        + owner.fetchCount(
                            DEFINITION_VALUE, DEFINITION_VALUE.TENANT_ID.eq(scene.tenant()))
                        + owner.fetchCount(TRANSITION, TRANSITION.TENANT_ID.eq(scene.tenant()))
                        + owner.fetchCount(
                            ABANDONED_DEFINITION,
                            ABANDONED_DEFINITION.TENANT_ID.eq(scene.tenant())));
    assertThat(left).isZero();
  }

  private void delete(String idOrSlug) {
    scene
        .definitions()
        .deleteDefinition(DeleteDefinitionRequest.newBuilder().setIdOrSlug(idOrSlug).build());
  }

  @Test
  void deletingASourceAndHangingAThresholdOnItAtOnceLeavesNoDanglingReference() throws Exception {
    int races = Integer.getInteger("sextant.threshold.races", 40);
    for (int race = 0; race < races; race++) {
      boolean behavioral = race % 2 == 0;
      String source =
          behavioral
              ? metric("m" + race, ComputeMode.COMPUTE_MODE_REALTIME).getId()
              : scene.numeric("d" + race).getId();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Boolean> hung =
            threads.submit(() -> succeeds(() -> scene.each(source, "GREATER_THAN", "5")));
        Future<Boolean> deleted =
            threads.submit(
                () ->
                    succeeds(
                        () -> {
                          if (behavioral) {
                            metrics()
                                .deleteMetric(
                                    DeleteMetricRequest.newBuilder().setId(source).build());
                          } else {
                            delete(source);
                          }
                        }));
        assertThat(hung.get()).isNotEqualTo(deleted.get());
        if (hung.get() && behavioral) {
          delete(
              scene
                  .definitions()
                  .listDefinitions(ListDefinitionsRequest.newBuilder().setLimit(100).build())
                  .getDataList()
                  .stream()
                  .filter(Definition::hasThreshold)
                  .filter(each -> each.getThreshold().getSourceMetricDefinitionId().equals(source))
                  .findFirst()
                  .orElseThrow()
                  .getId());
          metrics().deleteMetric(DeleteMetricRequest.newBuilder().setId(source).build());
        }
      }
    }
    int dangling =
        mesh.database()
            .asOwner(
                owner ->
                    owner.fetchCount(
                        THRESHOLD,
                        THRESHOLD.SOURCE_ID.notIn(
                            owner.select(DEFINITION.DEFINITION_ID).from(DEFINITION))));
    assertThat(dangling).isZero();
  }

  private static boolean succeeds(Runnable call) {
    try {
      call.run();
      return true;
    } catch (StatusRuntimeException refused) {
      assertThat(refused.getStatus().getCode().name()).isIn("FAILED_PRECONDITION", "NOT_FOUND");
      return false;
    }
  }

  private Metric metric(String name, ComputeMode mode) {
    return metrics().createMetric(request(name, mode).build());
  }

  private static CreateMetricRequest.Builder request(String name, ComputeMode mode) {
    return CreateMetricRequest.newBuilder()
        .setName(name)
        .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
        .setSourceField("purchase")
        .setWindowDays(2)
        .setComputeMode(mode);
  }

  private static InteractionInput.Builder purchase(String customer, String value) {
    return InteractionInput.newBuilder()
        .setCustomerId(customer)
        .setEventType("purchase")
        .setValue(value);
  }

  private MetricsServiceGrpc.MetricsServiceBlockingStub metrics() {
    return scene.as(MetricsServiceGrpc::newBlockingStub);
  }

  private InteractionsServiceGrpc.InteractionsServiceBlockingStub interactions() {
    return scene.as(InteractionsServiceGrpc::newBlockingStub);
  }
}
