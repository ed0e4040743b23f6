package sextant.metrics.definition;

import static sextant.metrics.jooq.Tables.METRIC;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.Field;
import sextant.errors.v1.ErrorReason;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.metrics.filter.InvalidFilter;
import sextant.metrics.filter.MetricFilter;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.MetricStatus;

/// What makes a metric definition valid beyond the constraints of single fields, which the contract
/// states. Applied to the whole definition, so an update cannot arrive by steps where a creation
/// could not.
final class MetricRules {

  /// "Maximum 20 metrics per tenant", metrics document.
  static final int MAX_METRICS = 20;

  static final int DEFAULT_BATCH_INTERVAL_MIN = 60;

  /// "Realtime metrics only support count or sum aggregate functions", metrics document.
  private static final Set<String> REALTIME_FUNCTIONS = Set.of("count", "sum");

  /// The columns that decide what a value is.
  private static final List<Field<?>> COMPUTATION =
      List.of(
          METRIC.AGGREGATE_FUNCTION,
          METRIC.SOURCE_FIELD,
          METRIC.SOURCE_KIND,
          METRIC.WINDOW_DAYS,
          METRIC.GROUP_BY_DIMENSIONS,
          METRIC.FILTER_CONDITIONS,
          METRIC.SQL_FILTER);

  private MetricRules() {}

  /// Refuses a definition that breaks a rule, naming all of them.
  static void check(MetricRecord metric) {
    List<Violation> violations = new ArrayList<>();
    if (metric.getName().isBlank()) {
      violations.add(new Violation("name", "must not be blank"));
    }
    if (metric.getSourceField().isBlank()) {
      violations.add(new Violation("source_field", "must not be blank"));
    }
    if (metric.getComputeMode().equals("realtime")
        && !REALTIME_FUNCTIONS.contains(metric.getAggregateFunction())) {
      violations.add(
          new Violation(
              "compute_mode",
              "realtime metrics only support the aggregate functions count and sum, not "
                  + metric.getAggregateFunction()));
    }
    checkFilter(
        violations, "filter_conditions", metric.getFilterConditions(), MetricFilter::conditions);
    checkFilter(violations, "sql_filter", metric.getSqlFilter(), MetricFilter::sql);
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
  }

  private static void checkFilter(
      List<Violation> violations, String field, String text, Consumer<String> compile) {
    try {
      compile.accept(text);
    } catch (InvalidFilter invalid) {
      violations.add(new Violation(field, invalid.getMessage()));
    }
  }

  /// The stored names of the dimensions; the short forms become the documented ones.
  static String[] dimensions(List<String> names) {
    List<String> keys =
        names.stream().map(name -> Dimension.named(name).orElseThrow().key()).toList();
    if (Set.copyOf(keys).size() < keys.size()) {
      throw ApiException.invalid(
          "group_by_dimensions", "names " + keys.getFirst() + " twice; each may appear once");
    }
    return keys.toArray(String[]::new);
  }

  /// Whether values of one definition would be wrong for the other.
  static boolean computesDifferently(MetricRecord one, MetricRecord other) {
    return COMPUTATION.stream()
        .anyMatch(field -> !Objects.deepEquals(one.get(field), other.get(field)));
  }

  /// Whether its values follow the interactions.
  static boolean isLive(MetricRecord metric) {
    return metric.getComputeMode().equals("realtime") && metric.getStatus().equals("active");
  }

  /// `users`: `kind:id` of what a change would break; `how` says what for.
  static void refuseIfUsed(UUID metricId, String how, List<String> users) {
    if (users.isEmpty()) {
      return;
    }
    throw ApiException.of(
        ErrorReason.ERROR_REASON_IN_USE,
        "metric " + metricId + " " + how + " " + String.join(", ", users),
        Map.of(
            "resource",
            "metric",
            "id",
            metricId.toString(),
            "references",
            String.join(",", users)));
  }

  static ApiException limitReached() {
    return ApiException.of(
        ErrorReason.ERROR_REASON_LIMIT_REACHED,
        "a tenant may have at most " + MAX_METRICS + " metrics",
        Map.of("resource", "metric", "limit", String.valueOf(MAX_METRICS)));
  }

  static String stored(AggregateFunction function) {
    return stored(function, "AGGREGATE_FUNCTION_");
  }

  /// Absent and unspecified mean batch.
  static String stored(ComputeMode mode) {
    return mode == ComputeMode.COMPUTE_MODE_UNSPECIFIED ? "batch" : stored(mode, "COMPUTE_MODE_");
  }

  static String stored(MetricStatus status) {
    return stored(status, "METRIC_STATUS_");
  }

  private static String stored(Enum<?> value, String prefix) {
    return value.name().substring(prefix.length()).toLowerCase(Locale.ROOT);
  }
}
