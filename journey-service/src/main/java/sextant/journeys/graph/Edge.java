package sextant.journeys.graph;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A way from one node to another, as the definition states it: `source`/`target` or `from`/`to`,
/// marked by `sourceHandle`, `label` or `condition`.
///
/// @param path where it stands in the definition
/// @param marks everything that may mark it, in lower case
record Edge(String path, Optional<String> source, Optional<String> target, List<String> marks) {

  static Edge read(String path, Map<String, Object> json) {
    Map<String, Object> data =
        json.get("data") instanceof Map<?, ?> nested ? Json.cast(nested) : Map.of();
    return new Edge(
        path,
        text(json, "source").or(() -> text(json, "from")),
        text(json, "target").or(() -> text(json, "to")),
        Stream.of("sourceHandle", "label", "condition", "branch")
            .flatMap(key -> Stream.of(json, data).flatMap(object -> text(object, key).stream()))
            .map(mark -> mark.strip().toLowerCase(Locale.ROOT))
            .toList());
  }

  boolean isMarked(List<String> words) {
    return marks.stream().anyMatch(words::contains);
  }

  static Optional<String> text(Map<String, Object> json, String key) {
    return switch (json.get(key)) {
      case null -> Optional.empty();
      case Map<?, ?> _, List<?> _ -> Optional.empty();
      case Object value -> Optional.of(String.valueOf(value)).filter(text -> !text.isEmpty());
    };
  }
}
