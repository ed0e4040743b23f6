package sextant.journeys.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What is known about a customer at one instant: attributes by name, metrics as `metric.<name>`,
/// segment membership as `segment.<id>`. A name that is not there is unknown.
public record Facts(Map<String, Object> values) {

  public static final String METRIC = "metric.";
  public static final String SEGMENT = "segment.";

  public static final Facts NONE = new Facts(Map.of());

  /// The last decision of the enrollment, beside what is known about the customer.
  static final String DECISION = "decision";

  public static boolean isAttribute(String field) {
    return !field.startsWith(METRIC)
        && !field.startsWith(SEGMENT)
        && !field.equals(DECISION)
        && !field.startsWith(DECISION + ".");
  }

  /// These facts and one more.
  public Facts with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return new Facts(more);
  }

  /// The value under the very name, else along the path that its dots spell.
  public Optional<Object> value(String field) {
    Object exact = values.get(field);
    if (exact != null) {
      return Optional.of(exact);
    }
    Object at = values;
    for (String part : field.split("\\.")) {
      if (!(at instanceof Map<?, ?> object) || !object.containsKey(part)) {
        return Optional.empty();
      }
      at = object.get(part);
    }
    return Optional.of(at);
  }
}
