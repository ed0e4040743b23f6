package sextant.metrics.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.metrics.compute.StoredValues.storedValues;
import static sextant.metrics.jooq.Tables.INTERACTION;
import static sextant.metrics.jooq.Tables.METRIC;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.kit.db.Ids;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMetricResponse;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.GetMetricRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.ListMetricValuesRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricStatus;
import sextant.metrics.v1.MetricValue;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RetractInteractionRequest;
import sextant.metrics.v1.UpdateMetricRequest;

final class BatchScheduleTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private final String tenant = mesh.newTenant();

  @Test
  void refreshedValuesEqualTheOracleRoundAfterRound() {
    Seeds.forEach(
        2,
        random -> {
          String tenant = mesh.newTenant();
          var metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
          var intake = mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
          List<Metric> all = new ArrayList<>();
          for (int function = 1; function <= 5; function++) {
            CreateMetricRequest.Builder request =
                CreateMetricRequest.newBuilder()
                    .setName("metric " + function)
                    .setAggregateFunctionValue(function)
                    .setSourceField(random.nextBoolean() ? "purchase" : "amount")
                    .setBatchIntervalMin(5);
            if (function != 3) {
              request.setWindowDays(1 + random.nextInt(3)).addGroupByDimensions("channelId");
            }
            all.add(metrics.createMetric(request.build()));
          }
          for (int round = 0; round < 8; round++) {
            Instant now = mesh.clock.instant();
            List<InteractionRecord> arrived =
                InteractionRows.random(
                    random,
                    tenant,
                    random.nextInt(30),
                    now.minus(Duration.ofDays(4)),
                    now.plus(Duration.ofHours(20)));
            arrived.forEach(row -> row.setRecordedAt(now));
            arrived.forEach(row -> row.setInteractionId(Ids.next()));
            InteractionRows.insert(mesh.database(), arrived);
            if (!arrived.isEmpty() && arrived.getFirst().getSupersededAt() == null) {
              intake.retractInteraction(
                  RetractInteractionRequest.newBuilder()
                      .setId(arrived.getFirst().getInteractionId().toString())
                      .build());
            }
            mesh.clock.advance(Duration.ofMinutes(5 + random.nextInt(600)));
            mesh.drain();
            List<InteractionRecord> rows =
                mesh.database()
                    .asOwner(
                        db ->
                            db.selectFrom(INTERACTION)
                                .where(INTERACTION.TENANT_ID.eq(tenant))
                                .fetch());
            for (Metric metric : all) {
              var expected =
                  MetricOracle.values(
                      metric,
                      rows,
                      mesh.clock.instant(),
                      Set.of("purchase")::contains,
                      row -> true);
              assertThat(storedValues(mesh, metric.getId()))
                  .as(metric.toString())
                  .isEqualTo(expected);
              Metric read =
                  metrics.getMetric(GetMetricRequest.newBuilder().setId(metric.getId()).build());
              assertThat(read.getCounts().getValues()).isEqualTo(expected.size());
              assertThat(read.getLastComputedAt().getSeconds())
                  .isEqualTo(mesh.clock.instant().getEpochSecond());
            }
          }
        });
  }

  /// What the refresh skips shows that its cost follows the changes: a value falsified by hand
  /// stays until its customer does something.
  @Test
  void onlyCustomersThatChangedAreComputed() {
    Metric metric = create();
    record("idle");
    record("busy");
    mesh.drain();
    agePast(metric);
    execute("update metrics.metric_value set value = 99 where tenant_id = ?");
    mesh.clock.advance(Duration.ofMinutes(60));
    record("busy");
    mesh.drain();
    assertThat(storedValues(mesh, metric.getId()).values().stream().map(Number::intValue))
        .containsExactly(2, 99);
  }

  /// As if the clock skew that a refresh allows for had passed.
  private void agePast(Metric metric) {
    execute(
        "update metrics.interaction set interaction_id = '00000000-0000-7000-8000-000000000000'"
            + " where customer_id = 'idle' and tenant_id = ?");
    assertThat(metric.getId()).isNotEmpty();
  }

  @Test
  void aMetricIsComputedWhenDueAndNotBefore() {
    Metric metric = create();
    Instant created = mesh.clock.instant();
    mesh.drain();
    assertThat(lastComputed(metric)).isEqualTo(created);
    mesh.clock.advance(Duration.ofMinutes(59));
    mesh.drain();
    assertThat(lastComputed(metric)).isEqualTo(created);
    mesh.clock.advance(Duration.ofMinutes(1));
    mesh.drain();
    assertThat(lastComputed(metric)).isEqualTo(created.plus(Duration.ofMinutes(60)));

    metrics()
        .updateMetric(
            UpdateMetricRequest.newBuilder()
                .setId(metric.getId())
                .setStatus(MetricStatus.METRIC_STATUS_PAUSED)
                .build());
    mesh.clock.advance(Duration.ofDays(1));
    mesh.drain();
    assertThat(lastComputed(metric)).isEqualTo(created.plus(Duration.ofMinutes(60)));
  }

  @Test
  void theLeaseOfAKilledWorkerLapses() {
    Metric metric = create();
    Instant claimed = mesh.clock.instant();
    mesh.database()
        .asOwner(
            db ->
                db.update(METRIC)
                    .set(METRIC.LEASED_UNTIL, claimed.plus(Duration.ofMinutes(5)))
                    .where(METRIC.TENANT_ID.eq(tenant))
                    .execute());
    mesh.clock.advance(Duration.ofMinutes(4));
    mesh.drain();
    assertThat(lastComputed(metric)).isEqualTo(Instant.EPOCH);
    mesh.clock.advance(Duration.ofMinutes(1));
    mesh.drain();
    assertThat(lastComputed(metric)).isEqualTo(mesh.clock.instant());
  }

  @Test
  void anyNumberOfWorkersComputesEveryMetric() throws Exception {
    List<Metric> created = new ArrayList<>();
    for (int number = 0; number < 10; number++) {
      created.add(create());
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int worker = 0; worker < 4; worker++) {
        threads.submit(mesh::drain);
      }
    }
    mesh.drain();
    assertThat(created.stream().map(this::lastComputed).collect(Collectors.toSet()))
        .containsExactly(mesh.clock.instant());
    int leased =
        mesh.database().asOwner(db -> db.fetchCount(METRIC, METRIC.LEASED_UNTIL.isNotNull()));
    assertThat(leased).isZero();
  }

  /// The computation is stopped in the middle of its statement by a lock on a value.
  @Test
  void aLongComputationKeepsNobodyWaiting() throws Exception {
    Metric metric = create();
    record("c");
    mesh.drain();
    record("c");
    var compute = ComputeMetricRequest.newBuilder().setId(metric.getId()).build();
    var values = ListMetricValuesRequest.newBuilder().setId(metric.getId()).build();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ComputeMetricResponse> computed =
          mesh.database()
              .asOwner(
                  db ->
                      db.transactionResult(
                          locking -> {
                            locking
                                .dsl()
                                .execute(
                                    "select from metrics.metric_value where tenant_id = ? for update",
                                    tenant);
                            var running = threads.submit(() -> metrics().computeMetric(compute));
                            awaitLockWaiter();
                            record("c");
                            record("another");
                            assertThat(metrics().listMetricValues(values).getValuesList())
                                .singleElement()
                                .extracting(MetricValue::getValue)
                                .isEqualTo("1");
                            metrics()
                                .updateMetric(
                                    UpdateMetricRequest.newBuilder()
                                        .setId(metric.getId())
                                        .setDescription("changed meanwhile")
                                        .build());
                            create();
                            assertThat(running.isDone()).isFalse();
                            return running;
                          }));
      assertThat(computed.get().getValueCount()).isEqualTo(1);
    }
    assertThat(storedValues(mesh, metric.getId()).values().stream().map(Number::intValue))
        .containsExactly(2);
  }

  private void awaitLockWaiter() {
    String waiting =
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
          and query like '%change as materialized%'
        """;
    while (mesh.database().asOwner(db -> db.fetchOne(waiting).get(0, int.class)) == 0) {
      Thread.onSpinWait();
    }
  }

  private Metric create() {
    return metrics()
        .createMetric(
            CreateMetricRequest.newBuilder()
                .setName("metric " + Ids.next())
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                .setSourceField("purchase")
                .build());
  }

  private Instant lastComputed(Metric metric) {
    return Instant.ofEpochSecond(
        metrics()
            .getMetric(GetMetricRequest.newBuilder().setId(metric.getId()).build())
            .getLastComputedAt()
            .getSeconds());
  }

  private void record(String customer) {
    mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .recordInteractions(
            RecordInteractionsRequest.newBuilder()
                .addEvents(
                    InteractionInput.newBuilder().setCustomerId(customer).setEventType("purchase"))
                .build());
  }

  private void execute(String sql) {
    mesh.database().asOwner(db -> db.execute(sql, tenant));
  }

  private MetricsServiceBlockingStub metrics() {
    return mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .withDeadlineAfter(1, TimeUnit.MINUTES);
  }
}
