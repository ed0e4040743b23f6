package sextant.segments;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import sextant.segments.value.BadValue;
import sextant.segments.value.Json;

/// Breaks JSON in all the ways that clients do, by accident and on purpose.
public final class HostileJson {

  /// Texts that mean something to somebody on the way to the database.
  public static final List<String> TEXTS =
      List.of(
          "'",
          "\"",
          "\"\"",
          "\\",
          "';--",
          "x'; drop table segments.segment; --",
          "\" from pg_user; --",
          "\"b\".\"id\"",
          "b.id",
          "1 or 1=1",
          "$1",
          "?",
          ":p",
          "{0}",
          "{{",
          "%",
          "_",
          "!",
          "%%!",
          "\u0000",
          "\ud800",
          "\u202e",
          "ö".repeat(40),
          "x".repeat(5_000),
          "now-30d",
          "now-999999w",
          "now()",
          "null",
          "true",
          "NaN",
          "1e999",
          "metric.",
          "metric.x",
          "segment",
          "segment.",
          "segment.x",
          ".",
          "..",
          "a.b.c",
          "select",
          "ctid",
          "xmax",
          "/*",
          "*/",
          "--",
          "E'\\x'",
          "$$",
          "\n",
          "\t",
          "",
          " ",
          "customer_id",
          "age",
          "id",
          "2026-02-30",
          "infinity",
          "-infinity",
          "epoch",
          "0001-01-01",
          "9999-12-31T23:59:59Z");

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "2147483648",
          "9223372036854775808",
          "1e1000",
          "1e-1000",
          "1e1001",
          "0.1",
          "1e308",
          "1e309",
          "5e-324",
          "1e-324",
          "9".repeat(1_000),
          "9".repeat(1_001));

  private HostileJson() {}

  /// `text`, valid JSON, with one to three faults.
  public static String broken(Random random, String text) {
    Json json;
    try {
      json = Json.parse(text);
    } catch (BadValue impossible) {
      throw new AssertionError(text, impossible);
    }
    for (int faults = 1 + random.nextInt(3); faults > 0; faults--) {
      json = broken(random, json);
    }
    String broken = written(json);
    return switch (random.nextInt(12)) {
      case 0 -> broken.substring(0, random.nextInt(broken.length() + 1));
      case 1 -> broken + broken;
      default -> broken;
    };
  }

  private static Json broken(Random random, Json json) {
    return switch (json) {
      case Json.Obj(Map<String, Json> members) when !members.isEmpty() && random.nextInt(6) > 0 -> {
        Map<String, Json> changed = new LinkedHashMap<>(members);
        String name = pick(random, List.copyOf(members.keySet()));
        switch (random.nextInt(6)) {
          case 0 -> changed.remove(name);
          case 1 -> changed.put(pick(random, TEXTS), changed.remove(name));
          case 2 -> changed.put(name, any(random, 0));
          default -> changed.put(name, broken(random, members.get(name)));
        }
        yield new Json.Obj(changed);
      }
      case Json.Arr(List<Json> elements) when !elements.isEmpty() && random.nextInt(6) > 0 -> {
        List<Json> changed = new ArrayList<>(elements);
        int index = random.nextInt(elements.size());
        switch (random.nextInt(5)) {
          case 0 -> changed.remove(index);
          case 1 -> changed.add(elements.get(index));
          default -> changed.set(index, broken(random, elements.get(index)));
        }
        yield new Json.Arr(changed);
      }
      default -> any(random, 0);
    };
  }

  private static Json any(Random random, int depth) {
    return switch (random.nextInt(depth < 3 ? 8 : 5)) {
      case 0 -> Json.NULL;
      case 1 -> new Json.Bool(random.nextBoolean());
      case 2 -> new Json.Num(new BigDecimal(pick(random, NUMBERS)));
      case 3, 4 -> new Json.Text(pick(random, TEXTS));
      case 5 -> new Json.Arr(List.of(any(random, depth + 1)));
      case 6 -> new Json.Obj(Map.of(pick(random, TEXTS), any(random, depth + 1)));
      default -> nested(1 + random.nextInt(100));
    };
  }

  private static Json nested(int depth) {
    Json json = new Json.Arr(List.of());
    for (int level = 0; level < depth; level++) {
      json = level % 2 == 0 ? new Json.Obj(Map.of("not", json)) : new Json.Arr(List.of(json));
    }
    return json;
  }

  public static String written(Json json) {
    return switch (json) {
      case Json.Obj(Map<String, Json> members) ->
          members.entrySet().stream()
              .map(member -> quoted(member.getKey()) + ":" + written(member.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
      case Json.Arr(List<Json> elements) ->
          elements.stream().map(HostileJson::written).collect(Collectors.joining(",", "[", "]"));
      case Json.Text(String text) -> quoted(text);
      case Json.Num(BigDecimal number) -> number.toString();
      case Json.Bool(boolean bool) -> Boolean.toString(bool);
      case Json.Null nothing -> "null";
    };
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char unit : text.toCharArray()) {
      if (unit == '"' || unit == '\\') {
        quoted.append('\\').append(unit);
      } else if (unit < ' ' || Character.isSurrogate(unit)) {
        quoted.append("\\u%04x".formatted((int) unit));
      } else {
        quoted.append(unit);
      }
    }
    return quoted.append('"').toString();
  }

  public static <T> T pick(Random random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
