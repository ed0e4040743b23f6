package sextant.gateway.json;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.StringJoiner;

/// What protobuf's own JSON says, rearranged by our rules. The oracle of the tests: it shares no
/// code with what it judges.
final class ExpectedJson {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private ExpectedJson() {}

  static String of(Message message) {
    try {
      String json = JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message);
      return message(JsonParser.parseString(json), message.getDescriptorForType());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String message(JsonElement json, Descriptor type) {
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" ->
          "\"" + MILLIS.format(Instant.parse(json.getAsString())) + "\"";
      case "google.protobuf.Duration" -> "\"" + duration(json.getAsString()) + "\"";
      case "google.protobuf.FieldMask" -> string(json.getAsString());
      case "google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue" ->
          dynamic(json);
      default ->
          type.getFullName().endsWith("Value") && type.getFullName().startsWith("google.protobuf.")
              ? value(json, type.findFieldByNumber(1))
              : object(json.getAsJsonObject(), type);
    };
  }

  private static String duration(String text) {
    return text.contains(".") ? text.replaceFirst("\\.?0*s$", "s") : text;
  }

  private static String object(JsonObject json, Descriptor type) {
    StringJoiner members = new StringJoiner(",", "{", "}");
    for (FieldDescriptor field : type.getFields()) {
      JsonElement value = json.get(field.getJsonName());
      members.add(string(field.getJsonName()) + ":" + (value == null ? "null" : any(value, field)));
    }
    return members.toString();
  }

  private static String any(JsonElement json, FieldDescriptor field) {
    if (field.isMapField()) {
      StringJoiner members = new StringJoiner(",", "{", "}");
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      json.getAsJsonObject()
          .entrySet()
          .forEach(e -> members.add(string(e.getKey()) + ":" + value(e.getValue(), value)));
      return members.toString();
    }
    if (field.isRepeated()) {
      StringJoiner elements = new StringJoiner(",", "[", "]");
      json.getAsJsonArray().forEach(element -> elements.add(value(element, field)));
      return elements.toString();
    }
    return value(json, field);
  }

  private static String value(JsonElement json, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> message(json, field.getMessageType());
      case INT, LONG -> json.getAsString();
      case BOOLEAN -> json.toString();
      case FLOAT -> {
        float value = Float.parseFloat(json.getAsString());
        yield Float.isFinite(value) ? JavaScriptNumber.of(value) : "null";
      }
      case DOUBLE -> {
        double value = Double.parseDouble(json.getAsString());
        yield Double.isFinite(value) ? JavaScriptNumber.of(value) : "null";
      }
      case STRING, BYTE_STRING -> string(json.getAsString());
      case ENUM -> enumName(json.getAsString(), field);
    };
  }

  private static String enumName(String name, FieldDescriptor field) {
    return switch (name) {
      case "TRAFFIC_LIGHT_UNSPECIFIED" -> "null";
      case String light when light.startsWith("TRAFFIC_LIGHT_") ->
          string(light.substring("TRAFFIC_LIGHT_".length()).toLowerCase(Locale.ROOT));
      case String comparison when comparison.startsWith("COMPARISON_") ->
          string(comparison.substring("COMPARISON_".length()));
      default -> name;
    };
  }

  private static String dynamic(JsonElement json) {
    return switch (json) {
      case JsonNull nothing -> "null";
      case JsonPrimitive number when number.isNumber() ->
          JavaScriptNumber.of(Double.parseDouble(number.getAsString()));
      case JsonPrimitive text when text.isString() -> string(text.getAsString());
      case JsonObject object -> {
        StringJoiner members = new StringJoiner(",", "{", "}");
        object
            .entrySet()
            .forEach(e -> members.add(string(e.getKey()) + ":" + dynamic(e.getValue())));
        yield members.toString();
      }
      case com.google.gson.JsonArray array -> {
        StringJoiner elements = new StringJoiner(",", "[", "]");
        array.forEach(element -> elements.add(dynamic(element)));
        yield elements.toString();
      }
      default -> json.toString();
    };
  }

  /// A JSON string with no escape that is not needed.
  static String string(String text) {
    StringBuilder json = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                  if (c < 0x20) {
                    json.append(String.format("\\u%04x", c));
                  } else {
                    json.appendCodePoint(c);
                  }
                }
              }
            });
    return json.append('"').toString();
  }
}
