package sextant.dashboard.catalogue;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.AttributionServiceGrpc;
import sextant.dashboard.v1.DashboardServiceGrpc;
import sextant.dashboard.v1.DeleteEntryRequest;
import sextant.dashboard.v1.GetAttributionSummaryRequest;
import sextant.dashboard.v1.GetPolicyImpactRequest;
import sextant.dashboard.v1.PolicyImpactRow;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionScope;
import sextant.dashboard.v1.SuppressionsServiceGrpc;
import sextant.dashboard.v1.UpsertAttributionResultsRequest;
import sextant.dashboard.v1.UpsertSuppressionsRequest;
import sextant.kit.testing.Seeds;

/// Totals equal what is left after any sequence of changes.
final class TotalsTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private static final Role ADMIN = Role.ROLE_ADMIN;

  private static <K, V> V pick(Map<K, V> entries, Random random) {
    return new ArrayList<>(entries.values()).get(random.nextInt(entries.size()));
  }

  @Test
  void attributionIsWhatIsLeft() {
    Seeds.forEach(
        10,
        random -> {
          String tenant = dashboard.newTenant();
          var stub = dashboard.as(AttributionServiceGrpc::newBlockingStub, tenant, ADMIN);
          Map<String, AttributionResult> left = new HashMap<>();
          for (int step = 0; step < 25; step++) {
            if (!left.isEmpty() && random.nextInt(4) == 0) {
              String id = pick(left, random).getId();
              stub.deleteAttributionResult(DeleteEntryRequest.newBuilder().setId(id).build());
              left.remove(id);
            } else {
              Map<String, AttributionResult> changes = new LinkedHashMap<>();
              for (int entry = 0; entry <= random.nextInt(5); entry++) {
                AttributionResult result = result(random);
                changes.put(result.getId(), result);
              }
              stub.upsertAttributionResults(
                  UpsertAttributionResultsRequest.newBuilder()
                      .addAllAttributionResults(changes.values())
                      .build());
              left.putAll(changes);
            }
            assertAttribution(tenant, left);
          }
        });
  }

  /// Few ids and customers, so that entries are replaced and move.
  private static AttributionResult result(Random random) {
    return AttributionResult.newBuilder()
        .setId("r" + random.nextInt(12))
        .setCustomerId("c" + random.nextInt(3))
        .setConversionId("x")
        .setModel("model" + random.nextInt(3))
        .setTotalValue(BigDecimal.valueOf(random.nextInt(1_000), random.nextInt(7)).toPlainString())
        .build();
  }

  private static void assertAttribution(String tenant, Map<String, AttributionResult> left) {
    Map<String, BigDecimal> values = new TreeMap<>();
    left.values()
        .forEach(
            result ->
                values.merge(
                    result.getModel(), new BigDecimal(result.getTotalValue()), BigDecimal::add));
    Map<String, Long> counts =
        left.values().stream().collect(groupingBy(AttributionResult::getModel, counting()));
    var answer =
        dashboard
            .as(DashboardServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER)
            .getAttributionSummary(GetAttributionSummaryRequest.getDefaultInstance());
    Map<String, BigDecimal> actualValues = new TreeMap<>();
    Map<String, Long> actualCounts = new HashMap<>();
    answer
        .getDataList()
        .forEach(
            row -> {
              actualValues.put(row.getModel(), new BigDecimal(row.getTotalValue()));
              actualCounts.put(row.getModel(), row.getConversions());
            });
    assertThat(actualCounts).isEqualTo(counts);
    assertThat(actualValues)
        .usingComparatorForType(BigDecimal::compareTo, BigDecimal.class)
        .usingRecursiveComparison()
        .isEqualTo(values);
  }

  @Test
  void suppressionsAreThoseInForce() {
    Seeds.forEach(
        10,
        random -> {
          String tenant = dashboard.newTenant();
          Instant now = dashboard.clock.instant();
          var stub = dashboard.as(SuppressionsServiceGrpc::newBlockingStub, tenant, ADMIN);
          Map<String, Suppression> left = new HashMap<>();
          for (int step = 0; step < 25; step++) {
            if (!left.isEmpty() && random.nextInt(4) == 0) {
              String id = pick(left, random).getId();
              stub.deleteSuppression(DeleteEntryRequest.newBuilder().setId(id).build());
              left.remove(id);
            } else {
              Suppression changed = suppression(random, now);
              stub.upsertSuppressions(
                  UpsertSuppressionsRequest.newBuilder().addSuppressions(changed).build());
              left.put(changed.getId(), changed);
            }
            assertSuppressions(tenant, left.values().stream().toList(), now);
          }
        });
  }

  /// Ends around now, around midnight, days away or never.
  private static Suppression suppression(Random random, Instant now) {
    Suppression.Builder suppression =
        Suppression.newBuilder()
            .setId("s" + random.nextInt(12))
            .setCustomerId("c" + random.nextInt(3))
            .setScope(SuppressionScope.SUPPRESSION_SCOPE_GLOBAL)
            .setPolicyType("policy" + random.nextInt(3));
    Instant end =
        switch (random.nextInt(4)) {
          case 0 -> now.plusSeconds(random.nextInt(3) - 1);
          case 1 -> Instant.parse("2026-03-31T00:00:00Z").plusMillis(random.nextInt(3) - 1);
          case 2 -> now.plus(Duration.ofDays(random.nextInt(5) - 2));
          default -> null;
        };
    if (end != null) {
      suppression.setExpiresAt(
          Timestamp.newBuilder().setSeconds(end.getEpochSecond()).setNanos(end.getNano()));
    }
    return suppression.build();
  }

  private static void assertSuppressions(String tenant, List<Suppression> left, Instant now) {
    Map<String, Long> inForce =
        left.stream()
            .filter(
                suppression ->
                    !suppression.hasExpiresAt()
                        || Instant.ofEpochSecond(
                                suppression.getExpiresAt().getSeconds(),
                                suppression.getExpiresAt().getNanos())
                            .isAfter(now))
            .collect(groupingBy(Suppression::getPolicyType, counting()));
    Map<String, Long> actual = new HashMap<>();
    for (PolicyImpactRow row :
        dashboard
            .as(DashboardServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER)
            .getPolicyImpact(GetPolicyImpactRequest.getDefaultInstance())
            .getDataList()) {
      actual.put(row.getPolicyType(), row.getCount());
    }
    assertThat(actual).isEqualTo(inForce);
  }

  /// Many callers save and delete the same few entries at once; the last state of the table counts.
  @Test
  void concurrentChangesCountOnce() throws Exception {
    String tenant = dashboard.newTenant();
    var stub = dashboard.as(AttributionServiceGrpc::newBlockingStub, tenant, ADMIN);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        Random random = new Random(caller);
        calls.add(
            callers.submit(
                () -> {
                  for (int step = 0; step < 15; step++) {
                    AttributionResult result = result(random);
                    stub.upsertAttributionResults(
                        UpsertAttributionResultsRequest.newBuilder()
                            .addAttributionResults(result)
                            .build());
                  }
                }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }
    Map<String, AttributionResult> stored =
        dashboard
            .database()
            .asOwner(
                db ->
                    db
                        .fetch(
                            """
                            select id, model, total_value::text from dashboard.attribution_result
                            where tenant_id = ?
                            """,
                            tenant)
                        .stream()
                        .map(
                            row ->
                                AttributionResult.newBuilder()
                                    .setId(row.get(0, String.class))
                                    .setModel(row.get(1, String.class))
                                    .setTotalValue(row.get(2, String.class))
                                    .build())
                        .collect(toMap(AttributionResult::getId, Function.identity())));
    assertThat(stored).hasSizeBetween(2, 12);
    assertAttribution(tenant, stored);
  }
}
