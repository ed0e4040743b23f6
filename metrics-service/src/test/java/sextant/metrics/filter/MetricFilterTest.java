package sextant.metrics.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.metrics.jooq.Tables.INTERACTION;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.compute.InteractionRows;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.ListMetricsRequest;
import sextant.metrics.v1.MetricsServiceGrpc;

final class MetricFilterTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  @Test
  void everyLegalFilterMeansWhatItSays() {
    List<InteractionRecord> rows = rows(new Random(7));
    InteractionRows.insert(mesh.database(), rows);
    mesh.database()
        .asOwner(
            db -> {
              Seeds.forEach(400, random -> assertMeansWhatItSays(db, random, rows));
              return null;
            });
  }

  private static void assertMeansWhatItSays(
      DSLContext db, Random random, List<InteractionRecord> rows) {
    RandomFilter filter = RandomFilter.random(random);
    Set<UUID> expected =
        rows.stream()
            .filter(row -> Boolean.TRUE.equals(filter.meaning().apply(row)))
            .map(InteractionRecord::getInteractionId)
            .collect(Collectors.toSet());
    assertThat(selected(db, MetricFilter.conditions(filter.json())))
        .as(filter.json())
        .isEqualTo(expected);
    assertThat(selected(db, MetricFilter.sql(filter.sql()))).as(filter.sql()).isEqualTo(expected);
  }

  private static List<InteractionRecord> rows(Random random) {
    Instant now = mesh.clock.instant();
    List<InteractionRecord> rows =
        InteractionRows.random(random, mesh.newTenant(), 120, now.minus(Duration.ofDays(9)), now);
    String[] tags = {"\"click\"", "\"it's\"", "\"100%\"", "12.34", "0", "true", "false", "null"};
    for (InteractionRecord row : rows) {
      if (random.nextBoolean()) {
        row.setProperties(
            JSONB.valueOf(
                "{\"tag\": %s, \"amount\": %s}"
                    .formatted(tags[random.nextInt(tags.length)], random.nextInt(3))));
      }
    }
    return rows;
  }

  private static Set<UUID> selected(Condition condition) {
    return mesh.database().asOwner(db -> selected(db, condition));
  }

  private static Set<UUID> selected(DSLContext db, Condition condition) {
    return db.select(INTERACTION.INTERACTION_ID)
        .from(INTERACTION)
        .where(condition)
        .fetchSet(INTERACTION.INTERACTION_ID);
  }

  @Test
  void everyHostileSqlFilterIsRefused() throws IOException {
    List<String> hostile = new ArrayList<>(lines("/hostile-sql-filters.txt"));
    hostile.add("");
    hostile.add("value > 0 or type = '" + "x".repeat(4_000) + "'");
    hostile.add("(".repeat(60) + "value > 0" + ")".repeat(60));
    hostile.add("not ".repeat(900) + "is_positive");
    hostile.add("value > 0" + " or value > 0".repeat(300));
    hostile.add("type = 'x\0'");
    assertAllRefused(hostile, "sql_filter", CreateMetricRequest.Builder::setSqlFilter);
  }

  @Test
  void everyHostileFilterTreeIsRefused() throws IOException {
    List<String> hostile = new ArrayList<>(lines("/hostile-filter-trees.txt"));
    hostile.add("{\"and\":[".repeat(60) + "{\"value\":1}" + "]}".repeat(60));
    hostile.add("[".repeat(100_000));
    hostile.add("{\"offerId\":[" + "\"x\",".repeat(1_001) + "\"x\"]}");
    hostile.add("{\"or\":[" + "{\"offerId\":\"x\"},".repeat(100) + "{\"offerId\":\"x\"}]}");
    hostile.add("{\"offerId\":\"" + "x".repeat(1_001) + "\"}");
    hostile.add("{\"value\":1" + "0".repeat(60) + "}");
    assertAllRefused(
        hostile, "filter_conditions", CreateMetricRequest.Builder::setFilterConditions);
  }

  /// At creation, with a 400 that names the field; whatever a filter tries to do, nothing is there
  /// to be computed afterwards, and the tables are.
  private static void assertAllRefused(
      List<String> hostile, String field, BiConsumer<CreateMetricRequest.Builder, String> set) {
    assertThat(hostile).hasSizeGreaterThanOrEqualTo(200).doesNotHaveDuplicates();
    String tenant = mesh.newTenant();
    var metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    for (String filter : hostile) {
      CreateMetricRequest.Builder request =
          CreateMetricRequest.newBuilder()
              .setName("m")
              .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
              .setSourceField("purchase");
      set.accept(request, filter);
      assertThat(
              assertRefused(
                      ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                      () -> metrics.createMetric(request.build()))
                  .fields())
          .as(filter)
          .singleElement()
          .asString()
          .startsWith(field + ": ");
    }
    assertThat(metrics.listMetrics(ListMetricsRequest.getDefaultInstance()).getTotal()).isZero();
  }

  private static List<String> lines(String resource) throws IOException {
    try (BufferedReader file =
        new BufferedReader(
            new InputStreamReader(
                MetricFilterTest.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
      return file.lines().toList();
    }
  }

  @Test
  void instantsAreComparedAsInstants() {
    String tenant = mesh.newTenant();
    InteractionRecord row = InteractionRows.blank(tenant, "c");
    row.setType("click");
    row.setOccurredAt(Instant.parse("2026-03-01T00:00:00Z"));
    row.setRecordedAt(row.getOccurredAt());
    InteractionRows.insert(mesh.database(), List.of(row));
    Condition mine = INTERACTION.TENANT_ID.eq(tenant);
    for (String filter :
        List.of(
            "timestamp = '2026-03-01'",
            "timestamp >= '2026-03-01T01:00:00+01:00'",
            "occurred_at between '2026-02-28T23:59:59.999Z' and '2026-03-01T00:00:00Z'",
            "'2026-03-02' > \"timestamp\"")) {
      assertThat(selected(mine.and(MetricFilter.sql(filter)))).as(filter).hasSize(1);
    }
    assertThat(selected(mine.and(MetricFilter.conditions("{\"timestamp\":\"2026-03-01\"}"))))
        .hasSize(1);
    assertThat(selected(mine.and(MetricFilter.sql("value / 0 = 1 or cost is not null")))).isEmpty();
  }
}
