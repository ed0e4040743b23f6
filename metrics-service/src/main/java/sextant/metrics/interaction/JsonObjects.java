package sextant.metrics.interaction;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// Free-form JSON objects: checked here so that PostgreSQL accepts each of them as `jsonb`, kept as
/// they are.
final class JsonObjects {

  static final int MAX_CHARACTERS = 65_536;
  static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_CHARACTERS = 100;
  private static final int MAX_EXPONENT = 1_000;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              // Depth and numbers are checked below, with messages of our own.
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH + 1)
                  .maxNumberLength(MAX_CHARACTERS)
                  .maxNameLength(MAX_CHARACTERS)
                  .build())
          .build();

  private JsonObjects() {}

  /// What is wrong with `text`, or empty.
  static Optional<String> fault(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return Optional.of("must have at most 65,536 characters");
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.of("must be a JSON object");
      }
      // Only an escape can bring what PostgreSQL refuses into a string.
      return fault(parser, text.indexOf('\\') >= 0);
    } catch (JsonProcessingException malformed) {
      return Optional.of("must be a JSON object; " + malformed.getOriginalMessage());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Optional<String> fault(JsonParser parser, boolean escapes) throws IOException {
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      switch (token) {
        case START_OBJECT, START_ARRAY -> {
          depth++;
          if (depth > MAX_DEPTH) {
            return Optional.of("must be nested at most " + MAX_DEPTH + " levels deep");
          }
        }
        case END_OBJECT, END_ARRAY -> depth--;
        case FIELD_NAME, VALUE_STRING -> {
          if (escapes && !isStorable(parser.getText())) {
            return Optional.of("must not contain U+0000 or half a surrogate pair");
          }
        }
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
          if (!isStorableNumber(parser.getText())) {
            return Optional.of(
                "must have numbers of at most 100 characters with exponents up to 1,000");
          }
        }
        case null -> throw new IllegalStateException("the parser accepted an unclosed object");
        default -> {}
      }
    }
    return parser.nextToken() == null
        ? Optional.empty()
        : Optional.of("must be one JSON object and nothing after it");
  }

  private static boolean isStorable(String text) {
    for (int index = 0; index < text.length(); index++) {
      char character = text.charAt(index);
      if (character == '\0') {
        return false;
      }
      if (Character.isSurrogate(character)) {
        boolean pair =
            index + 1 < text.length()
                && Character.isSurrogatePair(character, text.charAt(index + 1));
        if (!pair) {
          return false;
        }
        index++;
      }
    }
    return true;
  }

  private static boolean isStorableNumber(String text) {
    if (text.length() > MAX_NUMBER_CHARACTERS) {
      return false;
    }
    int exponent = Math.max(text.indexOf('e'), text.indexOf('E')) + 1;
    String digits = text.substring(exponent).replaceFirst("^[+-]?0*", "");
    return exponent == 0 || digits.length() <= 4 && Integer.parseInt("0" + digits) <= MAX_EXPONENT;
  }
}
