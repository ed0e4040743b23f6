package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/// Reads a value that is a single token in JSON. What the token says is also what a path, a query
/// or a header says, so the same code reads those. The kinds are in `ScalarReaders`.
abstract non-sealed class ScalarReader extends ValueReader {
  private static final int MAX_SHOWN = 60;

  /// The JSON kinds of tokens.
  enum Kind {
    STRING,
    NUMBER,
    BOOLEAN;

    boolean fits(JsonToken token) {
      return switch (this) {
        case STRING -> token == JsonToken.VALUE_STRING;
        case NUMBER -> token.isNumeric();
        case BOOLEAN -> token.isBoolean();
      };
    }
  }

  private final Kind kind;
  private final String expected;

  /// The second argument completes "must be ...".
  ScalarReader(Kind kind, String expected) {
    this.kind = kind;
    this.expected = expected;
  }

  final Kind kind() {
    return kind;
  }

  final String expected() {
    return expected;
  }

  @Override
  final void read(ReadState state) throws IOException {
    if (kind.fits(state.parser.currentToken())) {
      char[] text = state.parser.getTextCharacters();
      accept(text, state.parser.getTextOffset(), state.parser.getTextLength(), state);
    } else {
      state.wrongKind(expected);
    }
  }

  /// Reads the value from text outside of JSON. The prefix goes in front of the message of a
  /// problem with text that is not of the right kind at all.
  final void readText(String text, String prefix, Target target) {
    boolean fits =
        switch (kind) {
          case NUMBER -> NumberText.isNumber(text);
          case BOOLEAN -> text.equals("true") || text.equals("false");
          case STRING -> true;
        };
    if (fits) {
      accept(text.toCharArray(), 0, text.length(), target);
    } else {
      target.problem(prefix + "must be " + expected + ", was \"" + shorten(text) + "\"");
    }
  }

  /// Writes the value that the text says. Text of a number is a JSON number.
  abstract void accept(char[] text, int from, int count, Target target);

  /// Reports that the text says something else than expected.
  final void refuse(String text, Target target) {
    String shown = shorten(text);
    String quoted = kind == Kind.STRING ? "\"" + shown + "\"" : shown;
    target.problem("must be " + expected + ", was " + quoted);
  }

  private static String shorten(String text) {
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
  }
}
