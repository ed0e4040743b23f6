package sextant.metrics.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.metrics.compute.StoredValues.storedValues;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import com.google.protobuf.FieldMask;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.kit.db.Database;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsExtension;
import sextant.metrics.compute.BatchCompute;
import sextant.metrics.definition.MetricRepository;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.ListMetricValuesRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricValue;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.NamedMetricValue;
import sextant.metrics.v1.ReadMetricValuesRequest;
import sextant.metrics.v1.RecordInteractionsRequest;
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

  /// While a definition goes back and forth between two, readers see the values of the one, those
  /// of the other, or, until values are there, none; and never a part.
  @Test
  void noAnswerMixesTwoDefinitions() throws Exception {
    String tenant = mesh.newTenant();
    var intake = mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    List<String> customers = IntStream.range(0, 15).mapToObj(number -> "c" + number).toList();
    RecordInteractionsRequest.Builder events = RecordInteractionsRequest.newBuilder();
    for (String customer : customers) {
      for (String value : List.of("1", "10")) {
        events.addEvents(
            InteractionInput.newBuilder()
                .setCustomerId(customer)
                .setEventType("purchase")
                .setValue(value));
      }
    }
    intake.recordInteractions(events.build());
    Metric metric =
        metrics.createMetric(
            CreateMetricRequest.newBuilder()
                .setName("spent")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
                .setSourceField("purchase")
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .build());
    var list = ListMetricValuesRequest.newBuilder().setId(metric.getId()).build();
    var read = ReadMetricValuesRequest.newBuilder().addAllCustomerIds(customers).build();
    Set<List<String>> whole =
        Set.of(List.of(), Collections.nCopies(15, "11"), Collections.nCopies(15, "10"));
    AtomicBoolean changing = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Set<List<String>>>> readers = new ArrayList<>();
      for (int reader = 0; reader < 4; reader++) {
        Callable<Stream<MetricValue>> answer =
            reader % 2 == 0
                ? () -> metrics.listMetricValues(list).getValuesList().stream()
                : () ->
                    metrics.readMetricValues(read).getValuesList().stream()
                        .map(NamedMetricValue::getValue);
        readers.add(
            threads.submit(
                () -> {
                  Set<List<String>> seen = new HashSet<>();
                  while (changing.get()) {
                    seen.add(answer.call().map(MetricValue::getValue).toList());
                  }
                  return seen;
                }));
      }
      for (int change = 0; change < 40; change++) {
        UpdateMetricRequest.Builder update = UpdateMetricRequest.newBuilder().setId(metric.getId());
        switch (change % 4) {
          case 0 -> update.setSqlFilter("value > 5");
          case 1 -> update.setComputeMode(ComputeMode.COMPUTE_MODE_BATCH);
          case 2 -> update.setUpdateMask(FieldMask.newBuilder().addPaths("sql_filter"));
          default -> update.setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME);
        }
        metrics.updateMetric(update.build());
        metrics.computeMetric(ComputeMetricRequest.newBuilder().setId(metric.getId()).build());
      }
      changing.set(false);
      for (Future<Set<List<String>>> reader : readers) {
        assertThat(whole).containsAll(reader.get());
        assertThat(reader.get()).hasSizeGreaterThanOrEqualTo(2);
      }
    }
  }

  /// A batch computation that comes late, after its metric became a realtime one, would overwrite
  /// with what it read what arrived since.
  @Test
  void aBatchComputationLeavesLiveValuesAlone() {
    String tenant = mesh.newTenant();
    var intake = mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    intake.recordInteractions(
        RecordInteractionsRequest.newBuilder()
            .addEvents(InteractionInput.newBuilder().setCustomerId("c").setEventType("purchase"))
            .build());
    Metric metric =
        metrics.createMetric(
            CreateMetricRequest.newBuilder()
                .setName("m")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                .setSourceField("purchase")
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .build());
    // What an arrival would have made of it.
    mesh.database()
        .asOwner(
            db ->
                db.execute(
                    "update metrics.metric_value set value = 2 where tenant_id = ?", tenant));
    try (Database database = Database.open(mesh.database().config(MetricsConfig.ROLE), "late")) {
      long values =
          new BatchCompute(database, new MetricRepository(), mesh.clock)
              .compute(tenant, UUID.fromString(metric.getId()));
      assertThat(values).isEqualTo(1);
    }
    assertThat(storedValues(mesh, metric.getId())).isEqualTo(Map.of("c||", new BigDecimal(2)));
  }
}
