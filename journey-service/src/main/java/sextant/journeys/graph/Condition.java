package sextant.journeys.graph;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/// A question about a customer, answered from [Facts].
public sealed interface Condition {

  record Compare(String field, Operator operator, Object operand) implements Condition {}

  record All(List<Condition> parts) implements Condition {}

  record Any(List<Condition> parts) implements Condition {}

  record Not(Condition part) implements Condition {}

  default boolean holds(Facts facts, Instant now) {
    return truth(facts, now) == Truth.TRUE;
  }

  private Truth truth(Facts facts, Instant now) {
    return switch (this) {
      case Compare(String field, Operator operator, Object operand) ->
          facts
              .value(field)
              .map(actual -> Comparison.test(operator, actual, operand, now))
              .orElse(
                  switch (operator) {
                    case IS_NULL -> Truth.TRUE;
                    case IS_NOT_NULL -> Truth.FALSE;
                    default -> Truth.UNKNOWN;
                  });
      case All(List<Condition> parts) ->
          parts.stream().map(part -> part.truth(facts, now)).reduce(Truth.TRUE, Truth::and);
      case Any(List<Condition> parts) ->
          parts.stream().map(part -> part.truth(facts, now)).reduce(Truth.FALSE, Truth::or);
      case Not(Condition part) -> part.truth(facts, now).not();
    };
  }

  /// Adds the fields that decide the answer to `names`.
  default void addFieldsTo(Set<String> names) {
    switch (this) {
      case Compare compare -> names.add(compare.field());
      case All all -> all.parts().forEach(part -> part.addFieldsTo(names));
      case Any any -> any.parts().forEach(part -> part.addFieldsTo(names));
      case Not not -> not.part().addFieldsTo(names);
    }
  }
}
