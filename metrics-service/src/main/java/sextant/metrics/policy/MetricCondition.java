package sextant.metrics.policy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.metrics.filter.InvalidFilter;
import sextant.metrics.filter.JsonTree;
import sextant.metrics.filter.Operator;

/// The configuration of a `metric_condition`: compares a customer's value of a metric with a
/// number.
///
/// @param dimension of a grouped metric only values with these dimensions are meant
record MetricCondition(
    UUID metricId, Operator operator, BigDecimal value, Map<String, String> dimension) {

  private static final Set<String> KEYS = Set.of("metricId", "operator", "value", "dimension");
  private static final Set<Operator> OPERATORS =
      Set.of(Operator.EQ, Operator.NEQ, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE);

  /// Of the JSON text; refuses what is not exactly understood, naming all faults.
  static MetricCondition of(String json) {
    List<Violation> violations = new ArrayList<>();
    Map<?, ?> config = object(json);
    for (Object key : config.keySet()) {
      if (!KEYS.contains(key)) {
        fault(
            violations,
            "." + key,
            "is not known; allowed are metricId, operator, value, dimension");
      }
    }
    Optional<UUID> metricId =
        config.get("metricId") instanceof String text ? Ids.parse(text) : Optional.empty();
    if (metricId.isEmpty()) {
      fault(violations, ".metricId", "must be the id of a metric");
    }
    Optional<Operator> operator =
        config.get("operator") instanceof String text
            ? Operator.spelled(text).filter(OPERATORS::contains)
            : Optional.empty();
    if (operator.isEmpty()) {
      fault(violations, ".operator", "must be gt, gte, lt, lte, eq or neq");
    }
    boolean usable =
        config.get("value") instanceof BigDecimal number
            && number.precision() <= 40
            && Math.abs(number.scale()) <= 40;
    if (!usable) {
      fault(violations, ".value", "must be a number of at most 40 digits");
    }
    Map<String, String> dimension = dimension(violations, config.get("dimension"));
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
    return new MetricCondition(
        metricId.get(), operator.get(), (BigDecimal) config.get("value"), dimension);
  }

  private static Map<?, ?> object(String json) {
    try {
      if (JsonTree.read(json) instanceof Map<?, ?> object) {
        return object;
      }
    } catch (InvalidFilter malformed) {
      throw ApiException.invalid("config", malformed.getMessage());
    }
    throw ApiException.invalid("config", "must be a JSON object");
  }

  private static Map<String, String> dimension(List<Violation> violations, Object dimension) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (dimension instanceof Map<?, ?> given) {
      given.forEach(
          (key, value) -> {
            if (value instanceof String text) {
              texts.put((String) key, text);
            } else {
              fault(violations, ".dimension." + key, "must be a text");
            }
          });
    } else if (dimension != null && !(dimension instanceof Optional)) {
      fault(violations, ".dimension", "must be an object such as {\"channelId\": \"email\"}");
    }
    return texts;
  }

  private static void fault(List<Violation> violations, String path, String message) {
    violations.add(new Violation("config" + path, message));
  }

  boolean isMetBy(BigDecimal actual) {
    int sign = actual.compareTo(value);
    return switch (operator) {
      case EQ -> sign == 0;
      case NEQ -> sign != 0;
      case GT -> sign > 0;
      case GTE -> sign >= 0;
      case LT -> sign < 0;
      case LTE -> sign <= 0;
      default -> throw new IllegalStateException("not a comparison: " + operator);
    };
  }
}
