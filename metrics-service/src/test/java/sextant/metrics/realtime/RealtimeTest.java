package sextant.metrics.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.metrics.compute.StoredValues.storedValues;
import static sextant.metrics.jooq.Tables.INTERACTION;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.compute.MetricOracle;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CorrectInteractionRequest;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.DeleteMetricRequest;
import sextant.metrics.v1.GetMetricRequest;
import sextant.metrics.v1.InteractionInput;
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

final class RealtimeTest {

  private static final Set<String> TYPES =
      Set.of("purchase", "click", "impression", "dismiss", "visit");
  private static final String[] SOURCES = {
    "purchase", "click", "totalValue", "positive", "neutral", "amount", "properties.cart.total"
  };
  private static final String FILTER = "{\"channelId\":[\"email\",\"sms\"]}";
  private static final int CUSTOMERS = 15;

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  /// A stream of late, early, duplicate, corrected and retracted interactions through two replicas,
  /// while definitions change, pause, resume and switch modes: after every round the values equal a
  /// recomputation, whichever way they are read.
  @Test
  void valuesEqualARecomputationAtAnyTime() {
    Channel second = mesh.startReplica();
    Seeds.forEach(
        Integer.getInteger("sextant.realtime.streams", 2),
        random -> {
          Stream stream = new Stream(random, second);
          for (int round = 0; round < Integer.getInteger("sextant.realtime.rounds", 8); round++) {
            stream.round();
          }
        });
  }

  private static final class Stream {
    private final Random random;
    private final String tenant = mesh.newTenant();
    private final List<InteractionsServiceBlockingStub> intakes;
    private final MetricsServiceBlockingStub metrics;
    private final List<String> ids = new ArrayList<>();
    private final Map<String, Metric> live = new HashMap<>();
    private final Map<String, Map<String, BigDecimal>> frozen = new HashMap<>();
    private int names;

    Stream(Random random, Channel second) {
      this.random = random;
      intakes =
          List.of(
              mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR),
              mesh.as(InteractionsServiceGrpc::newBlockingStub, second, tenant, Role.ROLE_EDITOR));
      metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
      for (int metric = 0; metric < 4; metric++) {
        create();
      }
    }

    void round() throws Exception {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> work = new ArrayList<>();
        for (int call = 0; call < 8; call++) {
          RecordInteractionsRequest request = interactions(25);
          InteractionsServiceBlockingStub intake = intakes.get(call % 2);
          work.add(
              threads.submit(
                  () -> {
                    var recorded = intake.recordInteractions(request);
                    synchronized (ids) {
                      recorded.getResultsList().forEach(it -> ids.add(it.getInteractionId()));
                    }
                  }));
        }
        // Definitions change while interactions arrive.
        work.add(threads.submit(this::changeSomething));
        for (Future<?> each : work) {
          each.get();
        }
      }
      correctSome();
      mesh.clock.advance(Duration.ofMinutes(random.nextInt(600)));
      if (random.nextBoolean()) {
        mesh.drain();
      }
      check();
    }

    private RecordInteractionsRequest interactions(int count) {
      RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
      IntStream.range(0, count).forEach(index -> request.addEvents(interaction()));
      return request.build();
    }

    private InteractionInput interaction() {
      InteractionInput.Builder input =
          InteractionInput.newBuilder()
              .setCustomerId("customer-" + random.nextInt(CUSTOMERS))
              .setEventType(TYPES.stream().sorted().toList().get(random.nextInt(TYPES.size())));
      // Late by up to ten days, ahead by up to a day, in steps that collide with window edges.
      if (random.nextInt(3) > 0) {
        input.setTimestamp(
            timestamp(
                mesh.clock.instant().plusSeconds(600L * (random.nextInt(1440 + 144) - 1440))));
      }
      if (random.nextInt(4) > 0) {
        input.setValue(
            BigDecimal.valueOf(random.nextInt(20_000) - 5_000, random.nextInt(4)).toPlainString());
      }
      if (random.nextInt(3) == 0) {
        input.setIdempotencyKey("key-" + random.nextInt(200));
      }
      if (random.nextBoolean()) {
        input.setChannelId(random.nextBoolean() ? "email" : "web");
      }
      if (random.nextBoolean()) {
        input.setOfferId("offer-" + random.nextInt(3));
      }
      if (random.nextBoolean()) {
        input.setProperties(
            "{\"amount\":%d.%d,\"cart\":{\"total\":%d}}"
                .formatted(random.nextInt(99), random.nextInt(99), random.nextInt(9)));
      }
      return input.build();
    }

    private void create() {
      CreateMetricRequest.Builder request =
          CreateMetricRequest.newBuilder()
              .setName("metric " + names++)
              .setAggregateFunctionValue(1 + random.nextInt(2))
              .setSourceField(SOURCES[random.nextInt(SOURCES.length)])
              .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME);
      if (random.nextInt(4) > 0) {
        request.setWindowDays(1 + random.nextInt(7));
      }
      if (random.nextBoolean()) {
        request.addGroupByDimensions("offerId");
      }
      if (random.nextInt(3) == 0) {
        request.setFilterConditions(FILTER);
      }
      Metric metric = metrics.createMetric(request.build());
      live.put(metric.getId(), metric);
    }

    private void changeSomething() {
      Metric metric =
          live.values().stream()
              .sorted((a, b) -> a.getId().compareTo(b.getId()))
              .toList()
              .get(random.nextInt(live.size()));
      UpdateMetricRequest.Builder update = UpdateMetricRequest.newBuilder().setId(metric.getId());
      switch (random.nextInt(7)) {
        case 0 -> update.setWindowDays(1 + random.nextInt(7));
        case 1 -> update.setUpdateMask(FieldMask.newBuilder().addPaths("window_days"));
        case 2 ->
            update.setStatus(
                random.nextBoolean()
                    ? MetricStatus.METRIC_STATUS_PAUSED
                    : MetricStatus.METRIC_STATUS_ACTIVE);
        case 3 ->
            update.setComputeMode(
                random.nextBoolean()
                    ? ComputeMode.COMPUTE_MODE_BATCH
                    : ComputeMode.COMPUTE_MODE_REALTIME);
        case 4 -> update.setFilterConditions(FILTER).setStatus(MetricStatus.METRIC_STATUS_ACTIVE);
        case 5 ->
            update
                .setSourceField(SOURCES[random.nextInt(SOURCES.length)])
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME);
        default -> {
          metrics.deleteMetric(DeleteMetricRequest.newBuilder().setId(metric.getId()).build());
          live.remove(metric.getId());
          frozen.remove(metric.getId());
          create();
          return;
        }
      }
      Metric changed = metrics.updateMetric(update.build());
      live.put(changed.getId(), changed);
      frozen.remove(changed.getId());
    }

    private void correctSome() {
      for (int count = 0; count < 15; count++) {
        String id = ids.get(random.nextInt(ids.size()));
        InteractionsServiceBlockingStub intake = intakes.get(count % 2);
        if (random.nextInt(3) == 0) {
          intake.retractInteraction(
              RetractInteractionRequest.newBuilder().setId(id).setReason("mistake").build());
          continue;
        }
        CorrectInteractionRequest.Builder correction =
            CorrectInteractionRequest.newBuilder().setId(id);
        if (random.nextBoolean()) {
          correction.setValue("" + random.nextInt(100));
        }
        if (random.nextBoolean()) {
          correction.setTimestamp(
              timestamp(mesh.clock.instant().minusSeconds(600L * random.nextInt(1000))));
        }
        if (random.nextBoolean()) {
          correction.setChannelId("sms").setOfferId("offer-9");
        }
        try {
          intake.correctInteraction(correction.build());
        } catch (io.grpc.StatusRuntimeException refused) {
          assertThat(refused).hasMessageContaining("was retracted");
        }
      }
    }

    private void check() {
      Instant now = mesh.clock.instant();
      List<InteractionRecord> rows =
          mesh.database()
              .asOwner(
                  db -> db.selectFrom(INTERACTION).where(INTERACTION.TENANT_ID.eq(tenant)).fetch());
      assertThat(
              rows.stream()
                  .filter(row -> row.getCorrects() == null)
                  .map(row -> row.getInteractionId().toString())
                  .distinct())
          .as("every interaction acknowledged and no other")
          .hasSameElementsAs(Set.copyOf(ids));
      for (Metric metric : List.copyOf(live.values())) {
        if (metric.getStatus() == MetricStatus.METRIC_STATUS_PAUSED) {
          Map<String, BigDecimal> stored = storedValues(mesh, metric.getId());
          assertThat(stored).isEqualTo(frozen.computeIfAbsent(metric.getId(), id -> stored));
          continue;
        }
        Predicate<InteractionRecord> filter =
            metric.hasFilterConditions()
                ? row ->
                    row.getChannelId() != null
                        && List.of("email", "sms").contains(row.getChannelId())
                : row -> true;
        Map<String, BigDecimal> expected =
            MetricOracle.values(metric, rows, now, TYPES::contains, filter);
        if (metric.getComputeMode() == ComputeMode.COMPUTE_MODE_REALTIME) {
          assertThat(byCustomers(metric)).as(metric.toString()).isEqualTo(expected);
        }
        long computed =
            metrics
                .computeMetric(ComputeMetricRequest.newBuilder().setId(metric.getId()).build())
                .getValueCount();
        assertThat(storedValues(mesh, metric.getId())).as(metric.toString()).isEqualTo(expected);
        assertThat(computed).isEqualTo(expected.size());
        Metric read =
            metrics.getMetric(GetMetricRequest.newBuilder().setId(metric.getId()).build());
        assertThat(read.getCounts().getValues()).isEqualTo(expected.size());
        List<MetricValue> top =
            metrics
                .listMetricValues(
                    ListMetricValuesRequest.newBuilder().setId(metric.getId()).build())
                .getValuesList();
        assertThat(top.stream().map(value -> new BigDecimal(value.getValue())))
            .isEqualTo(
                expected.values().stream()
                    .sorted(java.util.Comparator.reverseOrder())
                    .limit(20)
                    .map(value -> new BigDecimal(value.toPlainString()))
                    .toList());
      }
    }

    private Map<String, BigDecimal> byCustomers(Metric metric) {
      Map<String, BigDecimal> values = new TreeMap<>();
      for (NamedMetricValue value :
          metrics
              .readMetricValues(
                  ReadMetricValuesRequest.newBuilder()
                      .addMetricIds(metric.getId())
                      .addAllCustomerIds(
                          IntStream.range(0, CUSTOMERS)
                              .mapToObj(number -> "customer-" + number)
                              .toList())
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

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /// A build that died halfway leaves nothing behind that is ever shown, and is made up for.
  @Test
  void aBuildThatDiedIsMadeUpFor() {
    String tenant = mesh.newTenant();
    var intake = mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var purchase =
        RecordInteractionsRequest.newBuilder()
            .addEvents(InteractionInput.newBuilder().setCustomerId("c").setEventType("purchase"))
            .build();
    intake.recordInteractions(purchase);
    Metric metric =
        metrics.createMetric(
            CreateMetricRequest.newBuilder()
                .setName("m")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                .setSourceField("purchase")
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .build());
    // As if the process had been killed between the beginning of a set of values and its end.
    mesh.database()
        .asOwner(
            db ->
                db.execute(
                    "update metrics.metric set realtime_epoch = last_epoch + 1, last_epoch = last_epoch + 1 where tenant_id = ?",
                    tenant));
    intake.recordInteractions(purchase);
    mesh.drain();
    intake.recordInteractions(purchase);
    assertThat(storedValues(mesh, metric.getId())).isEqualTo(Map.of("c||", new BigDecimal(3)));
    int stored =
        mesh.database()
            .asOwner(db -> db.fetchCount(METRIC_VALUE, METRIC_VALUE.TENANT_ID.eq(tenant)));
    assertThat(stored).isEqualTo(1);
  }

  /// `checkout` is no type when the metric is made, and becomes one.
  @Test
  void aSourceThatTurnsOutToBeATypeIsComputedAsOne() {
    String tenant = mesh.newTenant();
    var intake = mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    for (ComputeMode mode :
        List.of(ComputeMode.COMPUTE_MODE_REALTIME, ComputeMode.COMPUTE_MODE_BATCH)) {
      String type = "checkout " + mode;
      Metric metric =
          metrics.createMetric(
              CreateMetricRequest.newBuilder()
                  .setName(type)
                  .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
                  .setSourceField(type)
                  .setComputeMode(mode)
                  .build());
      intake.recordInteractions(
          RecordInteractionsRequest.newBuilder()
              .addEvents(
                  InteractionInput.newBuilder()
                      .setCustomerId("c")
                      .setEventType(type)
                      .setValue("1.5"))
              .build());
      metrics.computeMetric(ComputeMetricRequest.newBuilder().setId(metric.getId()).build());
      assertThat(storedValues(mesh, metric.getId()))
          .isEqualTo(Map.of("c||", new BigDecimal("1.5")));
    }
  }
}
