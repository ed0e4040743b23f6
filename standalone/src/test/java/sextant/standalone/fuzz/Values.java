package sextant.standalone.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// JSON and texts for schemas of the documentation: mostly right, so that they get far, and wrong
/// in places in every way there is.
final class Values {

  private static final int DEPTH = 6;

  /// What programs stumble over. As JSON string contents.
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "a",
          "0",
          "-1",
          "null",
          "true",
          "NaN",
          "1e999",
          "'",
          "''",
          "\\\"",
          "\\\\",
          "'; drop table metrics.interaction; --",
          "' or '1'='1",
          "%' or 1=1 --",
          "${x}",
          "{{x}}",
          "\\u0000",
          "a\\u0000b",
          "\\ud800",
          "\\udfff\\ud800",
          "\\u202e",
          "\\ufeff",
          "é",
          "\\ud83d\\ude00",
          "../../etc/passwd",
          "%00",
          "<script>alert(1)</script>",
          "a,b",
          "a:b",
          "2026-03-16T02:00:00Z",
          "2026-02-30T00:00:00Z",
          "0000-00-00",
          "9999-12-31T23:59:59Z",
          "10000-01-01T00:00:00Z",
          "-1s",
          "P1D",
          "00000000-0000-0000-0000-000000000000",
          "customer_id",
          "CUST001",
          "select",
          "x".repeat(129),
          "y".repeat(70_000));

  private static final List<String> LITERALS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0",
          "-1",
          "1.5",
          "1e2",
          "1e308",
          "-1e308",
          "1e999",
          "2147483648",
          "-2147483649",
          "9223372036854775807",
          "9223372036854775808",
          "99999999999999999999999999999999",
          "0.1e-400",
          "[]",
          "{}",
          "[null]",
          "[[[]]]",
          "{\"\":0}",
          "{\"a\":{\"b\":[1,{\"c\":null}]}}",
          "\"\"",
          "\"x\"",
          "01",
          "+1",
          "NaN",
          ".5");

  private final Random random;
  private final JsonNode document;
  private final List<String> ids;

  /// `ids`: what may name something that exists.
  Values(Random random, JsonNode document, List<String> ids) {
    this.random = random;
    this.document = document;
    this.ids = ids;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /// A text for a parameter or a header, not escaped in any way.
  String text(JsonNode schema) {
    if (chance(0.15)) {
      return any(TEXTS).replace("\\u0000", "\0").replace("\\\"", "\"");
    }
    return json(schema, DEPTH).replaceAll("^\"|\"$", "");
  }

  String json(JsonNode schema) {
    return json(schema, 0);
  }

  private String json(JsonNode found, int depth) {
    JsonNode schema = resolve(found);
    if (chance(0.04) || depth > 2 * DEPTH) {
      return any(LITERALS);
    }
    for (String choice : List.of("oneOf", "anyOf")) {
      if (schema.path(choice).size() > 0) {
        return json(schema.get(choice).get(random.nextInt(schema.get(choice).size())), depth + 1);
      }
    }
    if (schema.path("enum").size() > 0 && chance(0.9)) {
      return schema.get("enum").get(random.nextInt(schema.get("enum").size())).toString();
    }
    JsonNode type = schema.path("type");
    String name = type.isArray() ? type.get(random.nextInt(type.size())).asText() : type.asText();
    return switch (name) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      case "integer", "number" -> number(schema);
      case "boolean" -> chance(0.5) ? "true" : "false";
      case "null" -> "null";
      case "string" -> string(schema);
      default -> any(LITERALS);
    };
  }

  private JsonNode resolve(JsonNode schema) {
    JsonNode resolved = schema;
    while (resolved.has("$ref")) {
      resolved = document.at(resolved.get("$ref").asText().substring(1));
    }
    return resolved;
  }

  private String object(JsonNode schema, int depth) {
    List<String> fields = new ArrayList<>();
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(field -> required.add(field.asText()));
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              boolean wanted =
                  required.contains(property.getKey())
                      ? chance(0.97)
                      : chance(depth > DEPTH ? 0 : 0.4);
              if (wanted) {
                fields.add(
                    "\"%s\":%s".formatted(property.getKey(), json(property.getValue(), depth + 1)));
              }
            });
    if (schema.has("additionalProperties") && schema.get("additionalProperties").isObject()) {
      for (int count = random.nextInt(3); count > 0; count--) {
        fields.add(
            "\"%s\":%s".formatted(any(TEXTS), json(schema.get("additionalProperties"), depth + 1)));
      }
    }
    if (chance(0.02)) {
      fields.add("\"%s\":%s".formatted(any(TEXTS), any(LITERALS)));
    }
    if (!fields.isEmpty() && chance(0.01)) {
      fields.add(fields.getFirst());
    }
    return "{" + String.join(",", fields) + "}";
  }

  private String array(JsonNode schema, int depth) {
    List<String> items = new ArrayList<>();
    int count = chance(0.02) ? 300 : random.nextInt(4);
    for (; count > 0 && depth <= DEPTH; count--) {
      items.add(json(schema.path("items"), depth + 1));
    }
    return "[" + String.join(",", items) + "]";
  }

  private String number(JsonNode schema) {
    if (chance(0.1)) {
      return any(LITERALS);
    }
    long low = schema.path("minimum").asLong(0);
    long high = Math.max(low, schema.path("maximum").asLong(low + 100));
    return Long.toString(
        switch (random.nextInt(4)) {
          case 0 -> low;
          case 1 -> high;
          case 2 -> chance(0.5) ? low - 1 : high + 1;
          default -> low + random.nextInt(Math.clamp(high - low, 1, 1_000));
        });
  }

  private String string(JsonNode schema) {
    if (chance(0.1)) {
      return "\"" + any(TEXTS) + "\"";
    }
    if (schema.path("format").asText().equals("date-time")) {
      return "\"2026-03-1" + random.nextInt(10) + "T10:00:00Z\"";
    }
    return "\"" + (chance(0.6) ? any(ids) : "name" + random.nextInt(50)) + "\"";
  }
}
