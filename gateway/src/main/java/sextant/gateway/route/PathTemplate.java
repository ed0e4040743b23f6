package sextant.gateway.route;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A path of the contract, such as `/api/v1/segments/{id}`: literal segments and variables that
/// fill one request field each.
public record PathTemplate(String text, List<Segment> segments) {

  /// One part of a path.
  public sealed interface Segment {}

  /// Matches exactly this text.
  public record Literal(String text) implements Segment {}

  /// Matches one segment and fills the request field at this path, such as `metric.id`.
  public record Variable(String fieldPath) implements Segment {}

  private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._~-]+");
  private static final Pattern VARIABLE =
      Pattern.compile("\\{([a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*)}");

  /// Fails on what this gateway does not serve: wildcards, verbs, patterns within a variable.
  static PathTemplate parse(String text) {
    if (!text.startsWith("/") || text.length() > 1 && text.endsWith("/")) {
      throw new IllegalArgumentException("a path starts with a slash and does not end with one");
    }
    List<Segment> segments = new ArrayList<>();
    for (String part : text.substring(1).split("/", -1)) {
      var variable = VARIABLE.matcher(part);
      if (variable.matches()) {
        segments.add(new Variable(variable.group(1)));
      } else if (LITERAL.matcher(part).matches()) {
        segments.add(new Literal(part));
      } else {
        throw new IllegalArgumentException(
            "a path segment is plain text or {field}, this one is \"" + part + "\"");
      }
    }
    return new PathTemplate(text, List.copyOf(segments));
  }

  /// The paths of the request fields that this path fills, in its order.
  public List<String> fieldPaths() {
    return segments.stream()
        .filter(Variable.class::isInstance)
        .map(segment -> ((Variable) segment).fieldPath())
        .toList();
  }

  /// The path with its variables numbered: equal for templates that match the same paths, and the
  /// form in which Armeria is told of it.
  String shape() {
    var variables =
        new Object() {
          int count;
        };
    return segments.stream()
        .map(
            segment ->
                switch (segment) {
                  case Literal literal -> "/" + literal.text();
                  case Variable _ -> "/{" + parameter(variables.count++) + "}";
                })
        .collect(Collectors.joining());
  }

  /// What Armeria calls the variable with this index.
  static String parameter(int index) {
    return "p" + index;
  }

  boolean matches(String path) {
    String[] parts = path.substring(1).split("/", -1);
    if (parts.length != segments.size()) {
      return false;
    }
    for (int i = 0; i < parts.length; i++) {
      boolean fits =
          switch (segments.get(i)) {
            case Literal literal -> literal.text().equals(parts[i]);
            case Variable _ -> !parts[i].isEmpty();
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
