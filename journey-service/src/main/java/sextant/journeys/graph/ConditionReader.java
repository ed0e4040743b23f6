package sextant.journeys.graph;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads a condition: `{field, operator, value}`, a list (all must hold), or a group: `and`/`all`,
/// `or`/`any`, `not`, or `{operator: and|or, conditions: [...]}`.
final class ConditionReader {

  private static final int MAX_DEPTH = 10;
  private static final int MAX_PARTS = 100;
  private static final String EXPECTED =
      "must be {field, operator, value}, a list, or a group {and: [...]}, {or: [...]}, {not: ...}";

  private final Faults faults;

  ConditionReader(Faults faults) {
    this.faults = faults;
  }

  /// The condition, or empty when there is none or it is faulty; the faults are noted.
  Optional<Condition> read(String path, Object json) {
    return json instanceof Map<?, ?> object && object.isEmpty()
        ? Optional.empty()
        : read(path, json, 1);
  }

  private Optional<Condition> read(String path, Object json, int depth) {
    if (depth > MAX_DEPTH) {
      faults.wrong(path, "is nested deeper than " + MAX_DEPTH);
      return Optional.empty();
    }
    if (json instanceof List<?> list) {
      return parts(path, list, depth).map(Condition.All::new);
    }
    if (!(json instanceof Map<?, ?> map)) {
      faults.wrong(path, EXPECTED);
      return Optional.empty();
    }
    Map<String, Object> object = Json.cast(map);
    if (object.get("field") instanceof String field && !field.isEmpty()) {
      return comparison(path, field, object);
    }
    for (String key : List.of("and", "all", "or", "any")) {
      if (object.get(key) instanceof List<?> list) {
        return group(key, parts(path + "." + key, list, depth));
      }
    }
    if (object.containsKey("not")) {
      return read(path + ".not", object.get("not"), depth + 1).map(Condition.Not::new);
    }
    for (String key : List.of("conditions", "filters")) {
      if (object.get(key) instanceof List<?> list) {
        Object word = object.getOrDefault("operator", object.getOrDefault("logic", "and"));
        String logic = String.valueOf(word).toLowerCase(Locale.ROOT);
        if (!List.of("and", "all", "or", "any").contains(logic)) {
          faults.wrong(path + ".operator", "must be and or or, was " + word);
        }
        return group(logic, parts(path + "." + key, list, depth));
      }
    }
    faults.wrong(path, EXPECTED);
    return Optional.empty();
  }

  private static Optional<Condition> group(String word, Optional<List<Condition>> parts) {
    return switch (word) {
      case "or", "any" -> parts.map(Condition.Any::new);
      default -> parts.map(Condition.All::new);
    };
  }

  private Optional<List<Condition>> parts(String path, List<?> list, int depth) {
    if (list.size() > MAX_PARTS) {
      faults.wrong(path, "has " + list.size() + " parts, allowed are " + MAX_PARTS);
      return Optional.empty();
    }
    if (list.isEmpty()) {
      faults.wrong(path, "is an empty group");
      return Optional.empty();
    }
    List<Condition> parts = new ArrayList<>();
    for (int index = 0; index < list.size(); index++) {
      read(path + "[" + index + "]", list.get(index), depth + 1).ifPresent(parts::add);
    }
    return parts.size() == list.size() ? Optional.of(List.copyOf(parts)) : Optional.empty();
  }

  private Optional<Condition> comparison(String path, String field, Map<String, Object> object) {
    Object word = object.getOrDefault("operator", object.getOrDefault("op", "eq"));
    Optional<Operator> operator = Operator.of(String.valueOf(word));
    if (operator.isEmpty()) {
      faults.wrong(path + ".operator", "is \"" + word + "\", known are " + Operator.known());
      return Optional.empty();
    }
    Object operand = object.getOrDefault("value", object.getOrDefault("values", List.of()));
    Optional<String> fault = operandFault(operator.get(), operand, object);
    fault.ifPresent(message -> faults.wrong(path + ".value", message));
    return fault.isPresent()
        ? Optional.empty()
        : Optional.of(new Condition.Compare(field, operator.get(), operand));
  }

  private static Optional<String> operandFault(
      Operator operator, Object operand, Map<String, Object> object) {
    if (!operator.takesValue()) {
      return Optional.empty();
    }
    if (!object.containsKey("value") && !object.containsKey("values")) {
      return Optional.of("is missing");
    }
    if (!operator.takesList()) {
      return scalar(operand)
          ? Optional.empty()
          : Optional.of("must be a text, a number, true or false");
    }
    if (!(operand instanceof List<?> list) || !list.stream().allMatch(ConditionReader::scalar)) {
      return Optional.of("must be a list of texts or numbers");
    }
    if (operator == Operator.BETWEEN && list.size() != 2) {
      return Optional.of("must be a list of two, the lower and the upper bound");
    }
    return list.isEmpty() || list.size() > 1000
        ? Optional.of("must be a list of 1 to 1,000")
        : Optional.empty();
  }

  private static boolean scalar(Object value) {
    return value instanceof String || value instanceof BigDecimal || value instanceof Boolean;
  }
}
