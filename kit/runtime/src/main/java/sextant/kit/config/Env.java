package sextant.kit.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Typed settings from environment variables. Reading goes on after a fault, so that [#check()]
/// reports all of them at once.
public final class Env {

  private final Map<String, String> variables;
  private final List<String> problems = new ArrayList<>();

  public Env(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  public static Env system() {
    return new Env(System.getenv());
  }

  public String text(String name, String fallback) {
    return variables.getOrDefault(name, fallback);
  }

  public String required(String name) {
    String value = variables.getOrDefault(name, "");
    if (value.isEmpty()) {
      problems.add(name + " is not set");
    }
    return value;
  }

  public int integer(String name, int fallback, int minimum, int maximum) {
    return parsed(
        name,
        fallback,
        "a whole number from " + minimum + " to " + maximum,
        text -> {
          int value = Integer.parseInt(text);
          if (value < minimum || value > maximum) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  /// Durations as ISO-8601: `PT0.5S`, `PT10M`.
  public Duration duration(String name, Duration fallback) {
    return parsed(
        name,
        fallback,
        "a duration such as PT5S or PT10M",
        text -> {
          Duration value = Duration.parse(text);
          if (value.isNegative()) {
            throw new IllegalArgumentException();
          }
          return value;
        });
  }

  public <E extends Enum<E>> E oneOf(String name, E fallback) {
    Class<E> type = fallback.getDeclaringClass();
    List<String> allowed =
        List.of(type.getEnumConstants()).stream().map(value -> value.name().toLowerCase()).toList();
    return parsed(
        name,
        fallback,
        "one of " + String.join(", ", allowed),
        text -> Enum.valueOf(type, text.toUpperCase()));
  }

  /// Fails with every problem found so far.
  public void check() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "the environment is incomplete:\n  " + String.join("\n  ", problems));
    }
  }

  /// Anything else: `parse` throws on what is not `expected`.
  public <T> T parsed(String name, T fallback, String expected, Function<String, T> parse) {
    String text = variables.getOrDefault(name, "");
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      return parse.apply(text);
    } catch (RuntimeException malformed) {
      problems.add(name + " must be " + expected + ", was \"" + text + "\"");
      return fallback;
    }
  }
}
