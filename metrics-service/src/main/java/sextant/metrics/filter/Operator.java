package sextant.metrics.filter;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The operators of filters with every spelling that is understood, words and symbols alike.
public enum Operator {
  EQ("eq", "=", "==", "equals"),
  NEQ("neq", "!=", "<>", "not_equals"),
  GT("gt", ">", "greater_than"),
  GTE("gte", ">=", "greater_than_or_equals"),
  LT("lt", "<", "less_than"),
  LTE("lte", "<=", "less_than_or_equals"),
  IN("in"),
  NOT_IN("not_in"),
  CONTAINS("contains"),
  NOT_CONTAINS("not_contains"),
  STARTS_WITH("starts_with"),
  ENDS_WITH("ends_with"),
  BETWEEN("between"),
  IS_NULL("is_null", "not_exists"),
  IS_NOT_NULL("is_not_null", "exists");

  private static final Map<String, Operator> BY_SPELLING =
      Arrays.stream(values())
          .flatMap(
              operator ->
                  operator.spellings.stream().map(spelling -> Map.entry(spelling, operator)))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

  private final List<String> spellings;

  Operator(String... spellings) {
    this.spellings = List.of(spellings);
  }

  public static Optional<Operator> spelled(String text) {
    return Optional.ofNullable(BY_SPELLING.get(text));
  }

  /// For messages: the first spelling of each.
  static String known() {
    return Arrays.stream(values())
        .map(operator -> operator.spellings.getFirst())
        .collect(Collectors.joining(", "));
  }
}
