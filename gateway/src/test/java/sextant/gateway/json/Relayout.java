package sextant.gateway.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/// The same JSON with the members of objects shuffled, white space strewn in and characters
/// escaped.
final class Relayout {
  private final Random random;

  private Relayout(Random random) {
    this.random = random;
  }

  static String of(String json, Random random) {
    return new Relayout(random).any(JsonParser.parseString(json));
  }

  private String any(JsonElement json) {
    String text =
        switch (json) {
          case JsonObject object -> {
            List<Map.Entry<String, JsonElement>> entries = new ArrayList<>(object.entrySet());
            Collections.shuffle(entries, random);
            StringJoiner members = new StringJoiner(",", "{", "}");
            entries.forEach(
                e -> members.add(string(e.getKey()) + space() + ":" + any(e.getValue())));
            yield members.toString();
          }
          case JsonArray array -> {
            StringJoiner elements = new StringJoiner(",", "[", "]");
            array.forEach(element -> elements.add(any(element)));
            yield elements.toString();
          }
          case JsonPrimitive primitive when primitive.isString() -> string(primitive.getAsString());
          default -> json.toString();
        };
    return space() + text + space();
  }

  private String string(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      boolean bare = c >= 0x20 && c != '"' && c != '\\' && !Character.isSurrogate(c);
      if (bare && random.nextInt(4) != 0) {
        json.append(c);
      } else {
        json.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) c));
      }
    }
    return space() + json.append('"') + space();
  }

  private String space() {
    return List.of("", "", "", " ", "\n", "\t\r\n ").get(random.nextInt(6));
  }
}
