package sextant.segments.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON value with exact numbers. Reading is strict: no duplicate keys, nothing after the value,
/// bounded depth and numbers.
public sealed interface Json {

  record Obj(Map<String, Json> members) implements Json {}

  record Arr(List<Json> elements) implements Json {}

  record Text(String value) implements Json {}

  record Num(BigDecimal value) implements Json {}

  record Bool(boolean value) implements Json {}

  record Null() implements Json {}

  Null NULL = new Null();

  /// Digits of the longest number, and its largest exponent either way.
  int MAX_DIGITS = 1_000;

  JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxNumberLength(MAX_DIGITS + 10)
                  .build())
          .build();

  static Json parse(String text) throws BadValue {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new BadValue("must be JSON, was empty");
      }
      Json value = read(parser);
      if (parser.nextToken() != null) {
        throw new BadValue("must be a single JSON value");
      }
      return value;
    } catch (IOException malformed) {
      throw malformed(malformed);
    }
  }

  /// The value that starts at the parser's current token.
  static Json read(JsonParser parser) throws IOException, BadValue {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, read(parser));
        }
        yield new Obj(members);
      }
      case START_ARRAY -> {
        List<Json> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(read(parser));
        }
        yield new Arr(elements);
      }
      default -> scalar(parser);
    };
  }

  /// The scalar at the parser's current token.
  static Json scalar(JsonParser parser) throws IOException, BadValue {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> new Text(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Num(number(parser));
      case VALUE_TRUE -> new Bool(true);
      case VALUE_FALSE -> new Bool(false);
      case VALUE_NULL -> NULL;
      default -> throw new IllegalStateException("no value at " + parser.currentToken());
    };
  }

  private static BigDecimal number(JsonParser parser) throws IOException, BadValue {
    BigDecimal number =
        switch (parser.getNumberType()) {
          case INT, LONG -> BigDecimal.valueOf(parser.getLongValue());
          default -> parser.getDecimalValue();
        };
    if (number.precision() > MAX_DIGITS || Math.abs(number.scale()) > MAX_DIGITS) {
      throw new BadValue("must be a number of at most " + MAX_DIGITS + " digits");
    }
    return number;
  }

  /// What is wrong with text that is no JSON, without the parser's own address of it.
  static BadValue malformed(IOException failure) {
    String message =
        failure instanceof JsonProcessingException syntax
            ? syntax.getOriginalMessage()
            : failure.getMessage();
    return new BadValue("is not valid JSON: " + message);
  }

  /// What a value is, for messages.
  default String kind() {
    return switch (this) {
      case Obj object -> "an object";
      case Arr array -> "an array";
      case Text text -> "a string";
      case Num number -> "a number";
      case Bool bool -> "a boolean";
      case Null nothing -> "null";
    };
  }
}
