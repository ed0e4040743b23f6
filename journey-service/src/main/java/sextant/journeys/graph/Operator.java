package sextant.journeys.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The comparisons of a condition, with every spelling that segments and triggers know.
public enum Operator {
  EQUAL("eq", "=", "==", "equals"),
  NOT_EQUAL("neq", "!=", "<>", "ne", "not_equals"),
  GREATER("gt", ">", "greater_than"),
  GREATER_OR_EQUAL("gte", ">=", "greater_than_or_equal", "greater_than_or_equals"),
  LESS("lt", "<", "less_than"),
  LESS_OR_EQUAL("lte", "<=", "less_than_or_equal", "less_than_or_equals"),
  IN("in"),
  NOT_IN("not_in"),
  CONTAINS("contains"),
  NOT_CONTAINS("not_contains"),
  STARTS_WITH("starts_with"),
  ENDS_WITH("ends_with"),
  BETWEEN("between"),
  IS_NULL("is_null", "not_exists"),
  IS_NOT_NULL("is_not_null", "exists");

  private static final Map<String, Operator> BY_SPELLING = new HashMap<>();

  static {
    for (Operator operator : values()) {
      operator.spellings.forEach(spelling -> BY_SPELLING.put(spelling, operator));
    }
  }

  private final List<String> spellings;

  Operator(String... spellings) {
    this.spellings = List.of(spellings);
  }

  static Optional<Operator> of(String text) {
    return Optional.ofNullable(
        BY_SPELLING.get(text.strip().toLowerCase(Locale.ROOT).replace(' ', '_')));
  }

  /// The first spelling of each, for error messages.
  static String known() {
    return String.join(
        ", ", Arrays.stream(values()).map(operator -> operator.spellings.getFirst()).toList());
  }

  /// What is true exactly where this is false; where this is unknown so is that. Not every operator
  /// has one.
  public Optional<Operator> opposite() {
    return Optional.ofNullable(
        switch (this) {
          case EQUAL -> NOT_EQUAL;
          case NOT_EQUAL -> EQUAL;
          case GREATER -> LESS_OR_EQUAL;
          case GREATER_OR_EQUAL -> LESS;
          case LESS -> GREATER_OR_EQUAL;
          case LESS_OR_EQUAL -> GREATER;
          case IN -> NOT_IN;
          case NOT_IN -> IN;
          case CONTAINS -> NOT_CONTAINS;
          case NOT_CONTAINS -> CONTAINS;
          case IS_NULL -> IS_NOT_NULL;
          case IS_NOT_NULL -> IS_NULL;
          case STARTS_WITH, ENDS_WITH, BETWEEN -> null;
        });
  }

  boolean takesValue() {
    return this != IS_NULL && this != IS_NOT_NULL;
  }

  boolean takesList() {
    return this == IN || this == NOT_IN || this == BETWEEN;
  }
}
