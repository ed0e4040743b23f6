package sextant.metrics.definition;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.v1.UpdateMetricRequest;

/// Merges an update into a stored definition. A field outside the mask stays; one in the mask takes
/// the value given, and one in the mask without a value goes back to what a creation without it
/// would store.
final class MetricChanges {

  private static final Set<String> UPDATABLE =
      Set.of(
          "name",
          "description",
          "aggregate_function",
          "source_field",
          "window_days",
          "group_by_dimensions",
          "filter_conditions",
          "sql_filter",
          "compute_mode",
          "batch_interval_min",
          "status");

  private MetricChanges() {}

  static void apply(UpdateMetricRequest request, MetricRecord metric) {
    Set<String> mask = mask(request);
    checkPresence(request, mask);
    for (String field : mask) {
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

  /// The fields to change: those in the mask or, without one, those that are set. The id is no
  /// change, though a mask made from the keys of a JSON body names it.
  private static Set<String> mask(UpdateMetricRequest request) {
    Set<String> mask = new LinkedHashSet<>();
    if (request.hasUpdateMask() && request.getUpdateMask().getPathsCount() > 0) {
      mask.addAll(request.getUpdateMask().getPathsList());
    } else {
      request.getAllFields().keySet().forEach(field -> mask.add(field.getName()));
      mask.remove("update_mask");
    }
    mask.remove("id");
    for (String path : mask) {
      if (!UPDATABLE.contains(path)) {
        throw ApiException.invalid(
            "update_mask", "\"" + path + "\" is not a field that can be updated");
      }
    }
    return mask;
  }

  private static void checkPresence(UpdateMetricRequest request, Set<String> mask) {
    List<Violation> violations = new ArrayList<>();
    require(violations, mask, "name", request.hasName());
    require(violations, mask, "aggregate_function", request.hasAggregateFunction());
    require(violations, mask, "source_field", request.hasSourceField());
    require(violations, mask, "status", request.hasStatus());
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
  }

  private static void require(
      List<Violation> violations, Set<String> mask, String field, boolean present) {
    if (mask.contains(field) && !present) {
      violations.add(new Violation(field, "must not be null"));
    }
  }
}
