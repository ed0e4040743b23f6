package sextant.metrics.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.metrics.compute.StoredValues.storedValues;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.GetMetricRequest;
import sextant.metrics.v1.ListMetricValuesRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricValue;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;

final class BatchComputeTest {

  private static final String[] SOURCES = {
    "impressions", "positive", "negative", "neutral", "converts", "totalValue",
    "purchase", "click", "amount", "properties.cart.total", "cart.total", "nowhere"
  };
  private static final Set<String> TYPES = Set.of("purchase", "click");
  private static final String[][] GROUPS = {
    {}, {"offer"}, {"channelId", "outcomeType"}, {"outcome", "offerId"}, {"creativeId"}
  };
  private static final Integer[] WINDOWS = {null, 1, 7, 365};

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  @Test
  void everyFunctionWindowAndGroupingEqualsTheOracle() {
    Seeds.forEach(
        5,
        random -> {
          String tenant = mesh.newTenant();
          Instant now = mesh.clock.instant();
          List<InteractionRecord> rows =
              new ArrayList<>(
                  InteractionRows.random(
                      random, tenant, 250, now.minus(Duration.ofDays(9)), now.plusSeconds(7200)));
          InteractionRows.insert(mesh.database(), rows);
          List<Metric> metrics = new ArrayList<>();
          for (int number = 0; number < 20; number++) {
            metrics.add(create(random, tenant, number));
          }
          metrics.forEach(metric -> assertComputesAsTheOracle(metric, tenant, rows));

          // Recomputed, only differences are written; those must be as right as the first values.
          mesh.clock.advance(Duration.ofHours(20));
          List<InteractionRecord> more =
              InteractionRows.random(random, tenant, 60, now.minus(Duration.ofDays(3)), now);
          InteractionRows.insert(mesh.database(), more);
          rows.addAll(more);
          metrics.forEach(metric -> assertComputesAsTheOracle(metric, tenant, rows));
        });
  }

  private Metric create(Random random, String tenant, int number) {
    CreateMetricRequest.Builder request =
        CreateMetricRequest.newBuilder()
            .setName("metric " + number)
            .setAggregateFunctionValue(1 + number % 5)
            .setSourceField(SOURCES[random.nextInt(SOURCES.length)])
            .addAllGroupByDimensions(List.of(GROUPS[random.nextInt(GROUPS.length)]));
    Integer window = WINDOWS[random.nextInt(WINDOWS.length)];
    if (window != null) {
      request.setWindowDays(window);
    }
    return stub(tenant).createMetric(request.build());
  }

  private void assertComputesAsTheOracle(
      Metric metric, String tenant, List<InteractionRecord> rows) {
    long count = compute(tenant, metric);
    var expected =
        MetricOracle.values(metric, rows, mesh.clock.instant(), TYPES::contains, row -> true);
    assertThat(storedValues(mesh, metric.getId())).as(metric.toString()).isEqualTo(expected);
    assertThat(count).isEqualTo(expected.size());
    Metric after =
        stub(tenant).getMetric(GetMetricRequest.newBuilder().setId(metric.getId()).build());
    assertThat(after.getCounts().getValues()).isEqualTo(count);
    assertThat(after.getLastComputedAt().getSeconds())
        .isEqualTo(mesh.clock.instant().getEpochSecond());
  }

  @Test
  void realPurchasesEqualARecomputationFromTheFile() throws IOException {
    mesh.clock.set(Instant.parse("2022-12-31T00:00:00Z"));
    for (Integer window : new Integer[] {null, 30, 365}) {
      String tenant = mesh.newTenant();
      List<InteractionRecord> rows = purchases(tenant);
      assertThat(rows).hasSize(6944);
      InteractionRows.insert(mesh.database(), rows);
      for (List<String> groups : List.of(List.<String>of(), List.of("outcomeType"))) {
        for (int function = 1; function <= 5; function++) {
          CreateMetricRequest.Builder request =
              CreateMetricRequest.newBuilder()
                  .setName("purchases " + groups + function)
                  .setAggregateFunctionValue(function)
                  .setSourceField(function == 1 ? "purchase" : "totalValue")
                  .addAllGroupByDimensions(groups);
          if (window != null) {
            request.setWindowDays(window);
          }
          assertComputesAsTheOracle(stub(tenant).createMetric(request.build()), tenant, rows);
        }
      }
    }
  }

  private static List<InteractionRecord> purchases(String tenant) throws IOException {
    List<InteractionRecord> rows = new ArrayList<>();
    try (BufferedReader file =
        new BufferedReader(
            new InputStreamReader(
                BatchComputeTest.class.getResourceAsStream("/purchases.csv"),
                StandardCharsets.UTF_8))) {
      file.lines()
          .skip(1)
          .map(line -> line.split(","))
          .forEach(
              cells -> {
                InteractionRecord row = InteractionRows.blank(tenant, cells[0]);
                row.setOccurredAt(
                    LocalDate.parse(cells[1]).atStartOfDay(ZoneOffset.UTC).toInstant());
                row.setRecordedAt(row.getOccurredAt());
                row.setType("purchase");
                row.setIsPositive(true);
                row.setIsConversion(true);
                row.setValue(new BigDecimal(cells[3]));
                rows.add(row);
              });
    }
    return rows;
  }

  @Test
  void listsTheTwentyHighestValuesWithTiesByCustomerAndDimensions() {
    String tenant = mesh.newTenant();
    List<InteractionRecord> rows = new ArrayList<>();
    for (int customer = 0; customer < 30; customer++) {
      for (String offer : new String[] {null, "b", "a"}) {
        InteractionRecord row = InteractionRows.blank(tenant, "C" + customer);
        row.setOccurredAt(mesh.clock.instant());
        row.setRecordedAt(mesh.clock.instant());
        row.setType("purchase");
        row.setOfferId(offer);
        row.setValue(BigDecimal.valueOf(customer % 3 * 100, 2));
        rows.add(row);
      }
    }
    InteractionRows.insert(mesh.database(), rows);
    Metric metric =
        stub(tenant)
            .createMetric(
                CreateMetricRequest.newBuilder()
                    .setName("spent")
                    .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
                    .setSourceField("purchase")
                    .addGroupByDimensions("offer")
                    .build());
    assertThat(metric.getGroupByDimensionsList()).containsExactly("offerId");
    assertThat(compute(tenant, metric)).isEqualTo(90);

    List<MetricValue> top = values(tenant, metric, null);
    assertThat(top).hasSize(20);
    assertThat(top.subList(0, 4))
        .extracting(
            value ->
                value.getCustomerId() + " " + value.getDimensionsMap() + " " + value.getValue())
        .containsExactly("C11 {} 2", "C11 {offerId=a} 2", "C11 {offerId=b} 2", "C14 {} 2");
    assertThat(values(tenant, metric, "C14"))
        .hasSize(3)
        .allSatisfy(value -> assertThat(value.getMetricId()).isEqualTo(metric.getId()))
        .contains(top.get(3));
    assertThat(values(tenant, metric, "nobody")).isEmpty();
    compute(tenant, metric);
    assertThat(values(tenant, metric, null)).isEqualTo(top);
  }

  @Test
  void computationsOfOneMetricAtOnceLeaveTheSameValuesAsOne() throws Exception {
    String tenant = mesh.newTenant();
    Instant now = mesh.clock.instant();
    List<InteractionRecord> rows =
        InteractionRows.random(new Random(1), tenant, 2000, now.minus(Duration.ofDays(9)), now);
    InteractionRows.insert(mesh.database(), rows);
    Metric metric = create(new Random(3), tenant, 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Long>> calls = new ArrayList<>();
      for (int call = 0; call < 6; call++) {
        calls.add(() -> compute(tenant, metric));
      }
      for (Future<Long> call : threads.invokeAll(calls)) {
        call.get();
      }
    }
    assertComputesAsTheOracle(metric, tenant, rows);
  }

  private static long compute(String tenant, Metric metric) {
    return stub(tenant)
        .computeMetric(ComputeMetricRequest.newBuilder().setId(metric.getId()).build())
        .getValueCount();
  }

  private static List<MetricValue> values(String tenant, Metric metric, String customer) {
    ListMetricValuesRequest.Builder request =
        ListMetricValuesRequest.newBuilder().setId(metric.getId());
    if (customer != null) {
      request.setCustomerId(customer);
    }
    return stub(tenant).listMetricValues(request.build()).getValuesList();
  }

  private static MetricsServiceBlockingStub stub(String tenant) {
    return mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
  }
}
