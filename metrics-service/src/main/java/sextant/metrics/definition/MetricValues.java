package sextant.metrics.definition;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.MetricValueRecord;
import sextant.metrics.realtime.WindowSweeper;
import sextant.metrics.v1.ListMetricValuesRequest;
import sextant.metrics.v1.ListMetricValuesResponse;
import sextant.metrics.v1.NamedMetricValue;
import sextant.metrics.v1.ReadMetricValuesRequest;
import sextant.metrics.v1.ReadMetricValuesResponse;

/// Answers what the values of metrics are.
final class MetricValues {

  /// "Returns top 20 values sorted by value descending", metrics document.
  private static final int TOP_VALUES = 20;

  private final Database database;
  private final MetricRepository metrics;
  private final WindowSweeper sweeper;
  private final InstantSource time;
  private final MetricReader reader = new MetricReader();

  MetricValues(
      Database database, MetricRepository metrics, WindowSweeper sweeper, InstantSource time) {
    this.database = database;
    this.metrics = metrics;
    this.sweeper = sweeper;
    this.time = time;
  }

  /// The highest values of a metric, or of one customer of it.
  ListMetricValuesResponse highest(UUID metricId, ListMetricValuesRequest request) {
    String tenantId = Caller.current().tenantId();
    if (!request.hasCustomerId()) {
      sweeper.advance(tenantId, metricId);
    }
    return database.inTenant(
        tenantId,
        tx -> {
          MetricReader.atOneInstant(tx);
          MetricRecord metric =
              metrics
                  .find(tx, tenantId, metricId)
                  .orElseThrow(() -> ApiException.notFound("metric", request.getId()));
          Instant now = now();
          List<MetricValueRecord> rows =
              request.hasCustomerId()
                  ? reader.topValues(tx, metric, request.getCustomerId(), now, TOP_VALUES)
                  : metrics.topValues(tx, metric, TOP_VALUES);
          ListMetricValuesResponse.Builder values = ListMetricValuesResponse.newBuilder();
          for (MetricValueRecord row : rows) {
            values.addValues(MetricMessages.value(metric, row, now));
          }
          return values.build();
        });
  }

  /// The values of many metrics of many customers.
  ReadMetricValuesResponse read(ReadMetricValuesRequest request) {
    String tenantId = Caller.current().tenantId();
    Set<String> wanted = Set.copyOf(request.getMetricIdsList());
    return database.inTenant(
        tenantId,
        tx -> {
          MetricReader.atOneInstant(tx);
          Map<UUID, MetricRecord> chosen = chosen(metrics.all(tx, tenantId), wanted);
          Instant now = now();
          ReadMetricValuesResponse.Builder values = ReadMetricValuesResponse.newBuilder();
          for (MetricValueRecord row :
              reader.values(tx, chosen.values(), request.getCustomerIdsList(), now)) {
            MetricRecord metric = chosen.get(row.getMetricId());
            values.addValues(
                NamedMetricValue.newBuilder()
                    .setMetricName(metric.getName())
                    .setValue(MetricMessages.value(metric, row, now)));
          }
          return values.build();
        });
  }

  /// The wanted ones in the order of `all`; every one when none is named.
  private static Map<UUID, MetricRecord> chosen(List<MetricRecord> all, Set<String> wanted) {
    Map<UUID, MetricRecord> chosen = new LinkedHashMap<>();
    for (MetricRecord metric : all) {
      if (wanted.isEmpty() || wanted.contains(metric.getMetricId().toString())) {
        chosen.put(metric.getMetricId(), metric);
      }
    }
    for (String id : wanted) {
      if (Ids.parse(id).filter(chosen::containsKey).isEmpty()) {
        throw ApiException.notFound("metric", id);
      }
    }
    return chosen;
  }

  /// As precise as the database stores it.
  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
