package sextant.journeys.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// JSON text as plain values and back: `Map` in the order of the text, `List`, `String`,
/// `BigDecimal`, `Boolean`. A null is the same as nothing: it is left out.
public final class Json {

  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /// The object in `text`, which the gateway or the database has checked to be one.
  public static Map<String, Object> object(String text) {
    return parse(text) instanceof Map<?, ?> object ? cast(object) : Map.of();
  }

  /// The array in `text`.
  public static List<Object> array(String text) {
    return parse(text) instanceof List<?> array ? List.copyOf(array) : List.of();
  }

  /// The value in `text`. An [IllegalArgumentException] when it is no JSON; an empty object when it
  /// is null.
  public static Object parse(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("not one JSON value");
      }
      return value == null ? Map.of() : value;
    } catch (IOException malformed) {
      throw new IllegalArgumentException(malformed.getMessage(), malformed);
    }
  }

  public static String write(Object value) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      write(generator, value);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return out.toString();
  }

  @SuppressWarnings("unchecked")
  public static Map<String, Object> cast(Map<?, ?> object) {
    return (Map<String, Object>) object;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> objectValue(parser);
      case START_ARRAY -> arrayValue(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new BigDecimal(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case null, default -> throw new IllegalArgumentException("not a JSON value");
    };
  }

  private static Map<String, Object> objectValue(JsonParser parser) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      Object value = value(parser);
      if (value != null) {
        object.put(key, value);
      }
    }
    return object;
  }

  private static List<Object> arrayValue(JsonParser parser) throws IOException {
    List<Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Object value = value(parser);
      if (value != null) {
        array.add(value);
      }
    }
    return array;
  }

  private static void write(JsonGenerator generator, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> object -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> member : object.entrySet()) {
          generator.writeFieldName(String.valueOf(member.getKey()));
          write(generator, member.getValue());
        }
        generator.writeEndObject();
      }
      case List<?> array -> {
        generator.writeStartArray();
        for (Object element : array) {
          write(generator, element);
        }
        generator.writeEndArray();
      }
      case BigDecimal number -> generator.writeNumber(number);
      case Integer number -> generator.writeNumber(number);
      case Double number -> generator.writeNumber(number);
      case Boolean flag -> generator.writeBoolean(flag);
      default -> generator.writeString(String.valueOf(value));
    }
  }
}
