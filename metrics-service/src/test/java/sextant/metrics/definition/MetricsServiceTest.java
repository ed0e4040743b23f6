package sextant.metrics.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_ALREADY_EXISTS;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_INVALID_ARGUMENT;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_LIMIT_REACHED;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_NOT_FOUND;
import static sextant.errors.v1.ErrorReason.ERROR_REASON_ROLE_TOO_LOW;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.FieldMask;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.access.v1.Role;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.DeleteMetricRequest;
import sextant.metrics.v1.GetMetricRequest;
import sextant.metrics.v1.ListMetricValuesRequest;
import sextant.metrics.v1.ListMetricsRequest;
import sextant.metrics.v1.ListMetricsResponse;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricStatus;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import sextant.metrics.v1.UpdateMetricRequest;

final class MetricsServiceTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  private final String tenant = mesh.newTenant();

  @Test
  void createStoresTheDocumentedExampleWithItsDefaults() {
    Metric created =
        editor()
            .createMetric(
                CreateMetricRequest.newBuilder()
                    .setName("purchase_frequency_30d")
                    .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                    .setSourceField("purchase")
                    .build());

    assertThat(created)
        .isEqualTo(
            Metric.newBuilder()
                .setId(created.getId())
                .setName("purchase_frequency_30d")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                .setSourceField("purchase")
                .setComputeMode(ComputeMode.COMPUTE_MODE_BATCH)
                .setBatchIntervalMin(60)
                .setStatus(MetricStatus.METRIC_STATUS_ACTIVE)
                .setCounts(sextant.metrics.v1.MetricCounts.getDefaultInstance())
                .setCreatedAt(created.getCreatedAt())
                .setUpdatedAt(created.getCreatedAt())
                .build());
    assertThat(created.getCreatedAt().getSeconds())
        .isEqualTo(mesh.clock.instant().getEpochSecond());
    assertThat(get(created)).isEqualTo(created);
  }

  @ParameterizedTest
  @CsvSource({
    "name,                  NO_NAME",
    "name,                  LONG_NAME",
    "name,                  BLANK_NAME",
    "description,           LONG_DESCRIPTION",
    "aggregate_function,    NO_FUNCTION",
    "aggregate_function,    UNKNOWN_FUNCTION",
    "source_field,          NO_SOURCE",
    "source_field,          BLANK_SOURCE",
    "window_days,           WINDOW_ZERO",
    "window_days,           WINDOW_366",
    "group_by_dimensions,   THREE_DIMENSIONS",
    "group_by_dimensions[0],UNKNOWN_DIMENSION",
    "group_by_dimensions,   SAME_DIMENSION_TWICE",
    "group_by_dimensions,   SAME_DIMENSION_BY_ALIAS",
    "compute_mode,          REALTIME_AVG",
    "batch_interval_min,    INTERVAL_4",
    "batch_interval_min,    INTERVAL_1441",
    "sql_filter,            EMPTY_SQL",
    "sql_filter,            UNKNOWN_COLUMN",
    "filter_conditions,     UNKNOWN_FIELD",
    "filter_conditions,     NO_JSON",
  })
  void createNamesTheFaultyField(String field, Fault fault) {
    CreateMetricRequest.Builder request = valid("faulty");
    fault.inflict.accept(request);
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT, () -> editor().createMetric(request.build()))
                .fields())
        .singleElement()
        .asString()
        .startsWith(field + ": ");
  }

  enum Fault {
    NO_NAME(request -> request.clearName()),
    LONG_NAME(request -> request.setName("n".repeat(101))),
    BLANK_NAME(request -> request.setName("  ")),
    LONG_DESCRIPTION(request -> request.setDescription("d".repeat(501))),
    NO_FUNCTION(request -> request.clearAggregateFunction()),
    UNKNOWN_FUNCTION(request -> request.setAggregateFunctionValue(6)),
    NO_SOURCE(request -> request.clearSourceField()),
    BLANK_SOURCE(request -> request.setSourceField(" ")),
    WINDOW_ZERO(request -> request.setWindowDays(0)),
    WINDOW_366(request -> request.setWindowDays(366)),
    THREE_DIMENSIONS(
        request -> request.addAllGroupByDimensions(List.of("offerId", "channelId", "creativeId"))),
    UNKNOWN_DIMENSION(request -> request.addGroupByDimensions("mood")),
    SAME_DIMENSION_TWICE(
        request -> request.addGroupByDimensions("offer").addGroupByDimensions("offer")),
    SAME_DIMENSION_BY_ALIAS(
        request -> request.addGroupByDimensions("offer").addGroupByDimensions("offerId")),
    REALTIME_AVG(
        request ->
            request
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_AVG)),
    INTERVAL_4(request -> request.setBatchIntervalMin(4)),
    INTERVAL_1441(request -> request.setBatchIntervalMin(1441)),
    EMPTY_SQL(request -> request.setSqlFilter("")),
    UNKNOWN_COLUMN(request -> request.setSqlFilter("tenant_id = 'other'")),
    UNKNOWN_FIELD(request -> request.setFilterConditions("{\"mood\":\"good\"}")),
    NO_JSON(request -> request.setFilterConditions("{"));

    final Consumer<CreateMetricRequest.Builder> inflict;

    Fault(Consumer<CreateMetricRequest.Builder> inflict) {
      this.inflict = inflict;
    }
  }

  @Test
  void theEdgesOfEveryRangeAreAllowed() {
    Metric metric =
        editor()
            .createMetric(
                valid("n".repeat(100))
                    .setDescription("d".repeat(500))
                    .setWindowDays(365)
                    .setBatchIntervalMin(5)
                    .setSourceField("s".repeat(128))
                    .addGroupByDimensions("channel")
                    .addGroupByDimensions("outcome")
                    .build());
    assertThat(metric.getGroupByDimensionsList()).containsExactly("channelId", "outcomeType");
    create(valid("ü").setWindowDays(1).setBatchIntervalMin(1440));
  }

  @Test
  void namesAreUniqueWithinATenantOnly() {
    create(valid("same"));
    assertThat(
            assertRefused(
                    ERROR_REASON_ALREADY_EXISTS, () -> editor().createMetric(valid("same").build()))
                .message())
        .isEqualTo("a metric with name \"same\" already exists");
    mesh.as(MetricsServiceGrpc::newBlockingStub, mesh.newTenant(), Role.ROLE_EDITOR)
        .createMetric(valid("same").build());
    Metric other = create(valid("other"));
    assertRefused(
        ERROR_REASON_ALREADY_EXISTS,
        () ->
            editor()
                .updateMetric(
                    UpdateMetricRequest.newBuilder().setId(other.getId()).setName("same").build()));
  }

  @Test
  void ofManyCreationsAtOnceTwentySucceed() throws Exception {
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int number = 0; number < 40; number++) {
      CreateMetricRequest request = valid("metric " + number).build();
      calls.add(
          () -> {
            try {
              editor().createMetric(request);
              return true;
            } catch (StatusRuntimeException refused) {
              assertRefused(
                  ERROR_REASON_LIMIT_REACHED,
                  () -> {
                    throw refused;
                  });
              return false;
            }
          });
    }
    int created = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        created += call.get() ? 1 : 0;
      }
    }
    assertThat(created).isEqualTo(20);
    ListMetricsResponse list = viewer().listMetrics(ListMetricsRequest.getDefaultInstance());
    assertThat(list.getTotal()).isEqualTo(20);
    editor().deleteMetric(DeleteMetricRequest.newBuilder().setId(list.getData(7).getId()).build());
    create(valid("one more"));
  }

  @Test
  void updateChangesOnlyWhatIsProvided() {
    Metric before =
        create(
            valid("before")
                .setDescription("text")
                .setWindowDays(30)
                .addGroupByDimensions("offerId"));
    mesh.clock.advance(Duration.ofMinutes(1));

    Metric renamed =
        editor()
            .updateMetric(
                UpdateMetricRequest.newBuilder().setId(before.getId()).setName("after").build());
    assertThat(renamed)
        .isEqualTo(
            before.toBuilder().setName("after").setUpdatedAt(renamed.getUpdatedAt()).build());
    assertThat(renamed.getUpdatedAt().getSeconds())
        .isEqualTo(before.getUpdatedAt().getSeconds() + 60);

    Metric cleared =
        editor()
            .updateMetric(
                UpdateMetricRequest.newBuilder()
                    .setId(before.getId())
                    .setName("ignored: not in the mask")
                    .setUpdateMask(mask("id", "window_days", "group_by_dimensions", "description"))
                    .build());
    assertThat(cleared)
        .isEqualTo(
            renamed.toBuilder()
                .clearWindowDays()
                .clearGroupByDimensions()
                .clearDescription()
                .build());
    assertThat(get(before)).isEqualTo(cleared);
  }

  @Test
  void updateAppliesTheRulesToTheWholeDefinition() {
    Metric metric =
        create(valid("m").setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_AVG));
    UpdateMetricRequest.Builder update = UpdateMetricRequest.newBuilder().setId(metric.getId());
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        editor()
                            .updateMetric(
                                update
                                    .clone()
                                    .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                                    .build()))
                .fields())
        .singleElement()
        .asString()
        .startsWith("compute_mode: realtime metrics only support");
    for (String field : List.of("name", "aggregate_function", "source_field", "status")) {
      assertThat(
              assertRefused(
                      ERROR_REASON_INVALID_ARGUMENT,
                      () ->
                          editor().updateMetric(update.clone().setUpdateMask(mask(field)).build()))
                  .fields())
          .containsExactly(field + ": must not be null");
    }
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        editor().updateMetric(update.clone().setUpdateMask(mask("epoch")).build()))
                .fields())
        .containsExactly("update_mask: \"epoch\" is not a field that can be updated");
    assertThat(get(metric)).isEqualTo(metric);
  }

  @Test
  void aChangedDefinitionHasNoValuesUntilTheyAreComputed() {
    Metric metric = create(valid("m"));
    ComputeMetricRequest compute = ComputeMetricRequest.newBuilder().setId(metric.getId()).build();
    editor().computeMetric(compute);
    assertThat(get(metric).hasLastComputedAt()).isTrue();

    UpdateMetricRequest.Builder update = UpdateMetricRequest.newBuilder().setId(metric.getId());
    editor().updateMetric(update.clone().setDescription("words do not matter").build());
    assertThat(get(metric).hasLastComputedAt()).isTrue();
    editor().updateMetric(update.clone().setWindowDays(7).build());
    assertThat(get(metric).hasLastComputedAt()).isFalse();
    assertThat(get(metric).getCounts().getValues()).isZero();
  }

  @Test
  void pagesTogetherAreTheWholeListInOrderOfCreation() {
    List<String> created =
        IntStream.range(0, 7)
            .mapToObj(
                number -> {
                  // Equal instants now and then, so that the id has to decide.
                  mesh.clock.advance(Duration.ofMillis(number % 3));
                  return create(valid("metric " + number)).getId();
                })
            .toList();
    List<String> seen = new ArrayList<>();
    ListMetricsRequest.Builder request = ListMetricsRequest.newBuilder().setLimit(2);
    ListMetricsResponse page;
    do {
      page = viewer().listMetrics(request.build());
      assertThat(page.getTotal()).isEqualTo(7);
      assertThat(page.hasCursor()).isEqualTo(page.getHasMore());
      page.getDataList().forEach(metric -> seen.add(metric.getId()));
      request.setCursor(page.getCursor());
    } while (page.getHasMore());
    assertThat(seen).isEqualTo(created);
  }

  @ParameterizedTest
  @CsvSource({"0, , limit", "101, , limit", "20, nonsense, cursor", "20, AAAAAAIAAWEAAWI, cursor"})
  void listRefusesBadPages(int limit, String cursor, String field) {
    ListMetricsRequest.Builder request = ListMetricsRequest.newBuilder().setLimit(limit);
    if (cursor != null) {
      request.setCursor(cursor);
    }
    assertThat(
            assertRefused(
                    ERROR_REASON_INVALID_ARGUMENT, () -> viewer().listMetrics(request.build()))
                .fields())
        .singleElement()
        .asString()
        .startsWith(field + ": ");
  }

  @Test
  void deleteRemovesTheMetricAndItsValues() {
    Metric metric = create(valid("m"));
    DeleteMetricRequest delete = DeleteMetricRequest.newBuilder().setId(metric.getId()).build();
    editor().deleteMetric(delete);
    assertRefused(ERROR_REASON_NOT_FOUND, () -> editor().deleteMetric(delete));
    assertRefused(ERROR_REASON_NOT_FOUND, () -> get(metric));
  }

  @Test
  void anotherTenantsMetricDoesNotExist() {
    String id = create(valid("m")).getId();
    String outsider = mesh.newTenant();
    MetricsServiceBlockingStub stub =
        mesh.as(MetricsServiceGrpc::newBlockingStub, outsider, Role.ROLE_ADMIN);
    for (String target : List.of(id, "metric_001", "")) {
      var reason = target.isEmpty() ? ERROR_REASON_INVALID_ARGUMENT : ERROR_REASON_NOT_FOUND;
      assertRefused(
          reason, () -> stub.getMetric(GetMetricRequest.newBuilder().setId(target).build()));
      assertRefused(
          reason,
          () ->
              stub.updateMetric(
                  UpdateMetricRequest.newBuilder().setId(target).setName("x").build()));
      assertRefused(
          reason, () -> stub.deleteMetric(DeleteMetricRequest.newBuilder().setId(target).build()));
      assertRefused(
          reason,
          () -> stub.computeMetric(ComputeMetricRequest.newBuilder().setId(target).build()));
      assertRefused(
          reason,
          () -> stub.listMetricValues(ListMetricValuesRequest.newBuilder().setId(target).build()));
    }
    assertThat(stub.listMetrics(ListMetricsRequest.getDefaultInstance()).getDataList()).isEmpty();
  }

  @Test
  void viewersReadAndEditorsWrite() {
    Metric metric = create(valid("m"));
    String id = metric.getId();
    viewer().listMetrics(ListMetricsRequest.getDefaultInstance());
    viewer().getMetric(GetMetricRequest.newBuilder().setId(id).build());
    viewer().listMetricValues(ListMetricValuesRequest.newBuilder().setId(id).build());
    assertRefused(ERROR_REASON_ROLE_TOO_LOW, () -> viewer().createMetric(valid("n").build()));
    assertRefused(
        ERROR_REASON_ROLE_TOO_LOW,
        () ->
            viewer().updateMetric(UpdateMetricRequest.newBuilder().setId(id).setName("n").build()));
    assertRefused(
        ERROR_REASON_ROLE_TOO_LOW,
        () -> viewer().computeMetric(ComputeMetricRequest.newBuilder().setId(id).build()));
    assertRefused(
        ERROR_REASON_ROLE_TOO_LOW,
        () -> viewer().deleteMetric(DeleteMetricRequest.newBuilder().setId(id).build()));
  }

  private static CreateMetricRequest.Builder valid(String name) {
    return CreateMetricRequest.newBuilder()
        .setName(name)
        .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
        .setSourceField("purchase");
  }

  private static FieldMask mask(String... paths) {
    return FieldMask.newBuilder().addAllPaths(List.of(paths)).build();
  }

  private Metric create(CreateMetricRequest.Builder request) {
    return editor().createMetric(request.build());
  }

  private Metric get(Metric metric) {
    return viewer().getMetric(GetMetricRequest.newBuilder().setId(metric.getId()).build());
  }

  private MetricsServiceBlockingStub editor() {
    return mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
  }

  private MetricsServiceBlockingStub viewer() {
    return mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER);
  }
}
