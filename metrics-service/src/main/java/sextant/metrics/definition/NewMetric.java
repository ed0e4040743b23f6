package sextant.metrics.definition;

import java.time.Instant;
import sextant.kit.db.Ids;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.v1.CreateMetricRequest;

/// What a creation stores.
final class NewMetric {

  private NewMetric() {}

  /// The metric, valid by the rules, still without the kind of its source.
  static MetricRecord of(String tenantId, CreateMetricRequest request, Instant now) {
    MetricRecord metric = new MetricRecord();
    metric.setTenantId(tenantId);
    metric.setMetricId(Ids.next());
    metric.setName(request.getName());
    metric.setDescription(request.getDescription());
    metric.setAggregateFunction(MetricRules.stored(request.getAggregateFunction()));
    metric.setSourceField(request.getSourceField());
    metric.setWindowDays(request.hasWindowDays() ? request.getWindowDays() : null);
    metric.setGroupByDimensions(MetricRules.dimensions(request.getGroupByDimensionsList()));
    metric.setFilterConditions(
        request.hasFilterConditions() ? request.getFilterConditions() : null);
    metric.setSqlFilter(request.hasSqlFilter() ? request.getSqlFilter() : null);
    metric.setComputeMode(MetricRules.stored(request.getComputeMode()));
    metric.setBatchIntervalMin(
        request.hasBatchIntervalMin()
            ? request.getBatchIntervalMin()
            : MetricRules.DEFAULT_BATCH_INTERVAL_MIN);
    metric.setStatus("active");
    metric.setEpoch(1);
    metric.setLastEpoch(1);
    metric.setValueCount(0L);
    metric.setWatched(false);
    metric.setCreatedAt(now);
    metric.setUpdatedAt(now);
    MetricRules.check(metric);
    return metric;
  }
}
