package sextant.segments.definition;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sextant.segments.v1.DataType;

/// What a condition does with a field. Every operator has the spellings that the documents of the
/// product family use; case, underscores, hyphens and spaces in words do not matter.
enum Operator {
  EQUALS(Arity.ONE, "=", "==", "eq", "equals"),
  NOT_EQUALS(Arity.ONE, "!=", "<>", "neq", "ne", "not_equals"),
  GREATER(Arity.ONE, ">", "gt", "greater_than"),
  GREATER_OR_EQUAL(Arity.ONE, ">=", "gte", "greater_than_or_equal", "greater_than_or_equals"),
  LESS(Arity.ONE, "<", "lt", "less_than"),
  LESS_OR_EQUAL(Arity.ONE, "<=", "lte", "less_than_or_equal", "less_than_or_equals"),
  IN(Arity.MANY, "in"),
  NOT_IN(Arity.MANY, "not_in"),
  BETWEEN(Arity.TWO, "between"),
  CONTAINS(Arity.ONE, "contains"),
  NOT_CONTAINS(Arity.ONE, "not_contains"),
  STARTS_WITH(Arity.ONE, "starts_with"),
  ENDS_WITH(Arity.ONE, "ends_with"),
  IS_NULL(Arity.NONE, "is_null", "not_exists"),
  IS_NOT_NULL(Arity.NONE, "is_not_null", "exists");

  /// How many values an operator takes.
  enum Arity {
    NONE,
    ONE,
    TWO,
    MANY
  }

  private static final Set<Operator> ORDERING =
      EnumSet.of(GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, BETWEEN);
  private static final Set<Operator> PATTERN =
      EnumSet.of(CONTAINS, NOT_CONTAINS, STARTS_WITH, ENDS_WITH);
  private static final Set<Operator> PRESENCE = EnumSet.of(IS_NULL, IS_NOT_NULL);

  private static final Map<String, Operator> BY_SPELLING =
      Arrays.stream(values())
          .flatMap(
              operator ->
                  operator.spellings.stream()
                      .map(spelling -> Map.entry(normal(spelling), operator)))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

  final Arity arity;
  private final List<String> spellings;

  Operator(Arity arity, String... spellings) {
    this.arity = arity;
    this.spellings = List.of(spellings);
  }

  static Optional<Operator> of(String text) {
    return Optional.ofNullable(BY_SPELLING.get(normal(text)));
  }

  /// The operators that make sense for a type.
  static Set<Operator> of(DataType type) {
    Set<Operator> operators =
        switch (type) {
          case DATA_TYPE_TEXT, DATA_TYPE_VARCHAR -> EnumSet.allOf(Operator.class);
          case DATA_TYPE_JSON -> EnumSet.copyOf(PRESENCE);
          default -> EnumSet.complementOf(EnumSet.copyOf(PATTERN));
        };
    if (type == DataType.DATA_TYPE_BOOLEAN) {
      operators.removeAll(ORDERING);
    }
    return operators;
  }

  /// For messages: the first spelling of each.
  static String listed(Set<Operator> operators) {
    return operators.stream()
        .map(operator -> operator.spellings.getFirst())
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return spellings.getFirst();
  }

  private static String normal(String spelling) {
    return spelling.toLowerCase(Locale.ROOT).replaceAll("[_\\- ]", "");
  }
}
