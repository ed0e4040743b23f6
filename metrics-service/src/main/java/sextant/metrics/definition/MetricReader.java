package sextant.metrics.definition;

import static java.util.Comparator.comparing;
import static java.util.Comparator.reverseOrder;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;
import static sextant.metrics.jooq.Tables.INTERACTION;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record7;
import org.jooq.Row2;
import org.jooq.Select;
import sextant.metrics.compute.Aggregation;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.MetricValueRecord;

/// Reads the values of chosen customers. Those of realtime metrics are computed from the customers'
/// interactions, exact to the instant; the others are as they were last computed.
public final class MetricReader {

  /// Lets all statements of the transaction see the same instant, so that values are never of
  /// another definition, or of another computation, than the metric they are shown with. To be
  /// called first.
  public static void atOneInstant(DSLContext tx) {
    tx.execute("set transaction isolation level repeatable read");
  }

  /// Whether the values shown follow the interactions.
  public static boolean isLive(MetricRecord metric) {
    return Objects.equals(metric.getRealtimeEpoch(), metric.getEpoch());
  }

  /// The highest values of one customer.
  List<MetricValueRecord> topValues(
      DSLContext tx, MetricRecord metric, String customerId, Instant now, int limit) {
    return values(tx, List.of(metric), List.of(customerId), now).stream()
        .sorted(
            comparing((MetricValueRecord value) -> value.getValue(), reverseOrder())
                .thenComparing(MetricValueRecord::getDimension_1)
                .thenComparing(MetricValueRecord::getDimension_2))
        .limit(limit)
        .toList();
  }

  /// All values of `customerIds`, by customer in the order given, then by metric in the order
  /// given.
  public List<MetricValueRecord> values(
      DSLContext tx, Collection<MetricRecord> metrics, List<String> customerIds, Instant now) {
    String[] customers = customerIds.toArray(String[]::new);
    List<MetricValueRecord> values = new ArrayList<>();
    List<MetricRecord> stored = metrics.stream().filter(metric -> !isLive(metric)).toList();
    if (!stored.isEmpty()) {
      values.addAll(stored(tx, stored, customers));
    }
    metrics.stream()
        .filter(MetricReader::isLive)
        .<Select<Record7<String, String, UUID, Integer, String, String, BigDecimal>>>map(
            metric -> computed(metric, customers, now))
        .reduce(Select::unionAll)
        .ifPresent(all -> values.addAll(tx.fetch(all).into(METRIC_VALUE)));
    Map<String, Integer> customerOrder = positions(customerIds);
    Map<UUID, Integer> metricOrder =
        positions(metrics.stream().map(MetricRecord::getMetricId).toList());
    values.sort(
        comparing((MetricValueRecord value) -> customerOrder.get(value.getCustomerId()))
            .thenComparing(value -> metricOrder.get(value.getMetricId()))
            .thenComparing(MetricValueRecord::getDimension_1)
            .thenComparing(MetricValueRecord::getDimension_2));
    return values;
  }

  private static <T> Map<T, Integer> positions(List<T> list) {
    Map<T, Integer> positions = new HashMap<>();
    for (T each : list) {
      positions.putIfAbsent(each, positions.size());
    }
    return positions;
  }

  private static List<MetricValueRecord> stored(
      DSLContext tx, List<MetricRecord> metrics, String[] customers) {
    List<Row2<UUID, Integer>> sets =
        metrics.stream().map(metric -> row(metric.getMetricId(), metric.getEpoch())).toList();
    return tx.selectFrom(METRIC_VALUE)
        .where(METRIC_VALUE.TENANT_ID.eq(metrics.getFirst().getTenantId()))
        .and(METRIC_VALUE.CUSTOMER_ID.eq(any(customers)))
        .and(row(METRIC_VALUE.METRIC_ID, METRIC_VALUE.EPOCH).in(sets))
        .fetch();
  }

  private static Select<Record7<String, String, UUID, Integer, String, String, BigDecimal>>
      computed(MetricRecord metric, String[] customers, Instant now) {
    Aggregation aggregation = Aggregation.of(metric);
    return select(
            val(metric.getTenantId()).as(METRIC_VALUE.TENANT_ID),
            INTERACTION.CUSTOMER_ID,
            val(metric.getMetricId()).as(METRIC_VALUE.METRIC_ID),
            inline(metric.getEpoch()).as(METRIC_VALUE.EPOCH),
            aggregation.dimension1().as(METRIC_VALUE.DIMENSION_1),
            aggregation.dimension2().as(METRIC_VALUE.DIMENSION_2),
            aggregation.value().as(METRIC_VALUE.VALUE))
        .from(INTERACTION)
        .where(aggregation.matchesAt(now))
        .and(INTERACTION.CUSTOMER_ID.eq(any(customers)))
        .groupBy(aggregation.groups());
  }
}
