package sextant.metrics.definition;

import java.util.Set;
import sextant.kit.rpc.Changes;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.v1.UpdateMetricRequest;

/// Merges an update into a stored definition.
final class MetricChanges {

  private static final Set<String> REQUIRED =
      Set.of("name", "aggregate_function", "source_field", "status");

  private MetricChanges() {}

  static void apply(UpdateMetricRequest request, MetricRecord metric) {
    for (String field : Changes.of(request, "id", REQUIRED).fields()) {
      switch (field) {
        case "name" -> metric.setName(request.getName());
        case "description" -> metric.setDescription(request.getDescription());
        case "aggregate_function" ->
            metric.setAggregateFunction(MetricRules.stored(request.getAggregateFunction()));
        case "source_field" -> metric.setSourceField(request.getSourceField());
        case "window_days" ->
            metric.setWindowDays(request.hasWindowDays() ? request.getWindowDays() : null);
        case "group_by_dimensions" ->
            metric.setGroupByDimensions(MetricRules.dimensions(request.getGroupByDimensionsList()));
        case "filter_conditions" ->
            metric.setFilterConditions(
                request.hasFilterConditions() ? request.getFilterConditions() : null);
        case "sql_filter" ->
            metric.setSqlFilter(request.hasSqlFilter() ? request.getSqlFilter() : null);
        case "compute_mode" -> metric.setComputeMode(MetricRules.stored(request.getComputeMode()));
        case "batch_interval_min" ->
            metric.setBatchIntervalMin(
                request.hasBatchIntervalMin()
                    ? request.getBatchIntervalMin()
                    : MetricRules.DEFAULT_BATCH_INTERVAL_MIN);
        case "status" -> metric.setStatus(MetricRules.stored(request.getStatus()));
        default -> throw new IllegalStateException("not updatable: " + field);
      }
    }
  }
}
