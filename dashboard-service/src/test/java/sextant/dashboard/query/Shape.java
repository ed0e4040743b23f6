package sextant.dashboard.query;

import com.google.protobuf.Value;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a JSON value is made of: keys, kinds of values and of texts, the first element of lists.
final class Shape {

  /// Kinds of texts, the strictest first.
  private static final Map<String, String> TEXTS =
      Map.of(
          "percent", "-?\\d+\\.\\d",
          "month and day", "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [1-9]\\d?",
          "weekday", "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)",
          "instant", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z",
          "bucket", "\\d\\.\\d-\\d\\.\\d");

  private Shape() {}

  static Object of(Value value) {
    return switch (value.getKindCase()) {
      case STRUCT_VALUE -> {
        Map<String, Object> keys = new TreeMap<>();
        value.getStructValue().getFieldsMap().forEach((key, field) -> keys.put(key, of(field)));
        yield keys;
      }
      case LIST_VALUE ->
          value.getListValue().getValuesList().stream()
              .findFirst()
              .map(first -> List.of(of(first)))
              .orElse(List.of());
      case STRING_VALUE ->
          TEXTS.entrySet().stream()
              .filter(text -> value.getStringValue().matches(text.getValue()))
              .map(Map.Entry::getKey)
              .findFirst()
              .orElse("text");
      default -> value.getKindCase().name();
    };
  }
}
