package sextant.metrics.filter;

import static org.jooq.impl.DSL.and;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.or;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;

/// Compiles `filterConditions` to SQL: a tree of `{"and": [...]}`, `{"or": [...]}` and `{"field",
/// "operator", "value"}`, or a flat map of field to value, in which an array means "one of".
final class FilterTree {

  private static final int DEEPEST = 16;
  private static final int MOST_CONDITIONS = 100;
  private static final int LONGEST_LIST = 1_000;
  private static final Set<String> COMPARISON_KEYS = Set.of("field", "operator", "value");

  private int conditions;

  private FilterTree() {}

  /// Fails with [InvalidFilter] on anything that is not exactly understood.
  static Condition compile(String json) {
    if (JsonTree.read(json) instanceof Map<?, ?> root) {
      return root.isEmpty() ? noCondition() : new FilterTree().node(root, 1);
    }
    throw new InvalidFilter("must be a JSON object");
  }

  private Condition node(Object node, int depth) {
    if (depth > DEEPEST) {
      throw new InvalidFilter("is nested deeper than " + DEEPEST + " levels");
    }
    if (!(node instanceof Map<?, ?> object) || object.isEmpty()) {
      throw new InvalidFilter("every condition must be a JSON object that is not empty");
    }
    if (object.containsKey("and")) {
      return and(children(object, "and", depth));
    }
    if (object.containsKey("or")) {
      return or(children(object, "or", depth));
    }
    return object.containsKey("field") ? comparison(object) : flatMap(object);
  }

  private List<Condition> children(Map<?, ?> object, String key, int depth) {
    if (object.size() > 1) {
      throw new InvalidFilter("\"" + key + "\" must stand alone in its object");
    }
    if (!(object.get(key) instanceof List<?> list) || list.isEmpty()) {
      throw new InvalidFilter("\"" + key + "\" must be an array that is not empty");
    }
    return list.stream().map(child -> node(child, depth + 1)).toList();
  }

  private Condition comparison(Map<?, ?> object) {
    for (Object key : object.keySet()) {
      if (!COMPARISON_KEYS.contains(key)) {
        throw new InvalidFilter(
            "\"" + key + "\" is not known in a condition; allowed are field, operator, value");
      }
    }
    if (!(object.get("field") instanceof String name)) {
      throw new InvalidFilter("\"field\" must be a text");
    }
    if (!(object.get("operator") instanceof String spelling)) {
      throw new InvalidFilter("\"operator\" must be one of " + Operator.known());
    }
    Operator operator =
        Operator.spelled(spelling)
            .orElseThrow(
                () ->
                    new InvalidFilter(
                        "unknown operator \"" + spelling + "\"; known are " + Operator.known()));
    return condition(name, operator, Optional.ofNullable(object.get("value")));
  }

  private Condition flatMap(Map<?, ?> object) {
    List<Condition> all = new ArrayList<>();
    object.forEach(
        (name, value) ->
            all.add(
                condition(
                    (String) name,
                    value instanceof List ? Operator.IN : Operator.EQ,
                    Optional.of(value))));
    return and(all);
  }

  private Condition condition(String name, Operator operator, Optional<Object> operand) {
    if (++conditions > MOST_CONDITIONS) {
      throw new InvalidFilter("has more than " + MOST_CONDITIONS + " conditions");
    }
    FilterField field =
        FilterField.named(List.of(name.split("\\.", -1)))
            .orElseThrow(
                () ->
                    new InvalidFilter(
                        "unknown field \"" + name + "\"; known are " + FilterField.known()));
    if (operator == Operator.IS_NULL || operator == Operator.IS_NOT_NULL) {
      if (operand.isPresent()) {
        throw new InvalidFilter(name + ": this operator takes no value");
      }
      return operator == Operator.IS_NULL ? not(field.exists()) : field.exists();
    }
    List<?> literals = literals(name, operator, operand);
    Kind kind =
        switch (operator) {
          case CONTAINS, NOT_CONTAINS, STARTS_WITH, ENDS_WITH -> Kind.TEXT;
          default -> Comparison.kind(field, literals.getFirst());
        };
    if (kind == Kind.FLAG && operator != Operator.EQ && operator != Operator.NEQ) {
      throw new InvalidFilter(name + ": true and false can only be tested with eq and neq");
    }
    List<Object> values =
        literals.stream().map(literal -> Comparison.value(literal, kind, name)).toList();
    return Comparison.of(Comparison.as(field, kind, name), operator, values);
  }

  private static List<?> literals(String name, Operator operator, Optional<Object> operand) {
    boolean wantsList =
        operator == Operator.IN || operator == Operator.NOT_IN || operator == Operator.BETWEEN;
    List<?> literals =
        operand
            .map(value -> value instanceof List<?> list && wantsList ? list : List.of(value))
            .orElseThrow(() -> new InvalidFilter(name + ": \"value\" is missing"));
    boolean isList = operand.get() instanceof List;
    if (wantsList && (!isList || literals.isEmpty() || literals.size() > LONGEST_LIST)) {
      throw new InvalidFilter(name + ": needs an array of 1 to " + LONGEST_LIST + " values");
    }
    if (operator == Operator.BETWEEN && literals.size() != 2) {
      throw new InvalidFilter(name + ": between needs an array of two values");
    }
    for (Object literal : literals) {
      if (literal instanceof Optional) {
        throw new InvalidFilter(name + ": null matches nothing; use is_null or is_not_null");
      }
      if (literal instanceof List || literal instanceof Map) {
        throw new InvalidFilter(name + ": a value must be a text, a number, true or false");
      }
    }
    return literals;
  }
}
