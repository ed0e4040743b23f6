package sextant.dashboard.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// Free-form JSON objects: checked here so that PostgreSQL accepts each of them as `json`, kept as
/// they are.
public final class JsonObjects {

  private static final int MAX_CHARACTERS = 65_536;
  private static final int MAX_DEPTH = 32;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private JsonObjects() {}

  /// What is wrong with `text`, or empty.
  public static Optional<String> fault(String text) {
    if (text.length() > MAX_CHARACTERS) {
      return Optional.of("must have at most 65,536 characters");
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.of("must be a JSON object");
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null
          ? Optional.empty()
          : Optional.of("must be one JSON object and nothing after it");
    } catch (JsonProcessingException malformed) {
      return Optional.of("must be a JSON object; " + malformed.getOriginalMessage());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
