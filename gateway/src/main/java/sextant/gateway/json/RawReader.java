package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import sextant.http.v1.RawJson;

/// Reads free-form JSON: the bytes as they were sent, after a look at everything inside.
final class RawReader extends ValueReader {
  private final RawJson accepted;

  RawReader(RawJson accepted) {
    this.accepted = accepted;
  }

  @Override
  void read(ReadState state) throws IOException {
    JsonToken token = state.parser.currentToken();
    if (accepted == RawJson.RAW_JSON_OBJECT && token != JsonToken.START_OBJECT) {
      state.wrongKind("an object");
    } else if (accepted == RawJson.RAW_JSON_ARRAY && token != JsonToken.START_ARRAY) {
      state.wrongKind("an array");
    } else {
      int from = (int) state.parser.currentTokenLocation().getByteOffset();
      check(state);
      int to = (int) state.parser.currentLocation().getByteOffset();
      int start = state.out().begin();
      state.out().write(state.json, from, to);
      state.out().end(start);
    }
  }

  /// Walks to the end of the value; refuses duplicate keys and text that cannot be stored.
  private static void check(ReadState state) throws IOException {
    switch (state.parser.currentToken()) {
      case START_OBJECT -> checkObject(state);
      case START_ARRAY -> checkArray(state);
      case VALUE_STRING -> checkText(state, state.parser.getText());
      default -> state.parser.finishToken();
    }
  }

  private static void checkObject(ReadState state) throws IOException {
    JsonParser parser = state.parser;
    Set<String> keys = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      state.path.enter(key);
      checkText(state, key);
      if (!keys.add(key)) {
        state.problem("is given twice");
      }
      parser.nextToken();
      check(state);
      state.path.leave();
    }
  }

  private static void checkArray(ReadState state) throws IOException {
    state.path.enterList();
    for (int i = 0; state.parser.nextToken() != JsonToken.END_ARRAY; i++) {
      state.path.index(i);
      check(state);
    }
    state.path.leave();
  }

  private static void checkText(ReadState state, String text) {
    if (!TextRules.isGood(text)) {
      state.problem(TextRules.fault(text));
    }
  }
}
