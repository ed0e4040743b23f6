package sextant.journeys.graph;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a known value compares with the value of a condition: numbers as numbers, instants as
/// instants, everything else as text. What cannot be compared is unknown, never an error.
public final class Comparison {

  private static final Pattern RELATIVE =
      Pattern.compile("now(?:\\s*([+-])\\s*(\\d{1,6})([smhdw]))?");

  private Comparison() {}

  static Truth test(Operator operator, Object actual, Object operand, Instant now) {
    return switch (operator) {
      case EQUAL -> equal(actual, operand, now);
      case NOT_EQUAL -> equal(actual, operand, now).not();
      case GREATER -> ordered(actual, operand, now, order -> order > 0);
      case GREATER_OR_EQUAL -> ordered(actual, operand, now, order -> order >= 0);
      case LESS -> ordered(actual, operand, now, order -> order < 0);
      case LESS_OR_EQUAL -> ordered(actual, operand, now, order -> order <= 0);
      case IN -> in(actual, elements(operand), now);
      case NOT_IN -> in(actual, elements(operand), now).not();
      case CONTAINS -> contains(actual, operand, now);
      case NOT_CONTAINS -> contains(actual, operand, now).not();
      case STARTS_WITH -> Truth.of(text(actual).startsWith(text(operand)));
      case ENDS_WITH -> Truth.of(text(actual).endsWith(text(operand)));
      case BETWEEN ->
          ordered(actual, elements(operand).getFirst(), now, order -> order >= 0)
              .and(ordered(actual, elements(operand).getLast(), now, order -> order <= 0));
      case IS_NULL -> Truth.FALSE;
      case IS_NOT_NULL -> Truth.TRUE;
    };
  }

  private static Truth equal(Object actual, Object operand, Instant now) {
    if (actual instanceof String left && operand instanceof String right && left.equals(right)) {
      return Truth.TRUE;
    }
    if (actual instanceof Boolean || operand instanceof Boolean) {
      return Truth.of(text(actual).equalsIgnoreCase(text(operand)));
    }
    if (actual instanceof BigDecimal || operand instanceof BigDecimal) {
      return ordered(actual, operand, now, order -> order == 0);
    }
    Optional<Instant> left = instant(actual, now);
    Optional<Instant> right = instant(operand, now);
    return Truth.of(left.isPresent() && left.equals(right));
  }

  private static Truth in(Object actual, List<Object> operands, Instant now) {
    Truth result = Truth.FALSE;
    for (Object operand : operands) {
      result = result.or(equal(actual, operand, now));
    }
    return result;
  }

  private static Truth contains(Object actual, Object operand, Instant now) {
    return actual instanceof List<?> list
        ? in(operand, List.copyOf(list), now)
        : Truth.of(text(actual).contains(text(operand)));
  }

  private static Truth ordered(
      Object actual, Object operand, Instant now, java.util.function.IntPredicate holds) {
    OptionalInt order = compare(actual, operand, now);
    return order.isEmpty() ? Truth.UNKNOWN : Truth.of(holds.test(order.getAsInt()));
  }

  private static OptionalInt compare(Object actual, Object operand, Instant now) {
    Optional<BigDecimal> left = number(actual);
    Optional<BigDecimal> right = number(operand);
    if (left.isPresent() && right.isPresent()) {
      return OptionalInt.of(left.get().compareTo(right.get()));
    }
    Optional<Instant> leftInstant = instant(actual, now);
    Optional<Instant> rightInstant = instant(operand, now);
    if (leftInstant.isPresent() && rightInstant.isPresent()) {
      return OptionalInt.of(leftInstant.get().compareTo(rightInstant.get()));
    }
    return actual instanceof String text && operand instanceof String other
        ? OptionalInt.of(text.compareTo(other))
        : OptionalInt.empty();
  }

  /// The number that a value is, or that a text spells.
  public static Optional<BigDecimal> number(Object value) {
    if (value instanceof BigDecimal number) {
      return Optional.of(number);
    }
    if (!(value instanceof String text) || text.isEmpty() || text.length() > 100) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(text));
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }

  /// A date means its first instant in UTC; `now`, `now-30d` and the like mean the obvious.
  public static Optional<Instant> instant(Object value, Instant now) {
    if (!(value instanceof String text) || text.length() < 3 || text.length() > 40) {
      return Optional.empty();
    }
    Matcher relative = RELATIVE.matcher(text);
    if (relative.matches()) {
      return Optional.of(relative.group(1) == null ? now : now.plus(shift(relative)));
    }
    if (!Character.isDigit(text.charAt(0)) || text.indexOf('-') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException none) {
      return Optional.empty();
    }
  }

  private static Duration shift(Matcher relative) {
    long amount = Long.parseLong(relative.group(1) + relative.group(2));
    return switch (relative.group(3)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> Duration.ofDays(amount * 7);
    };
  }

  private static List<Object> elements(Object operand) {
    return operand instanceof List<?> list ? List.copyOf(list) : List.of(operand);
  }

  private static String text(Object value) {
    return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
  }
}
