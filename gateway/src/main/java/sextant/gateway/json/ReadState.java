package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What reading one document needs besides the program. Used again for other documents.
final class ReadState implements Target {
  private static final int MAX_PROBLEMS = 100;
  private static final int MAX_KEPT_BYTES = 1 << 20;
  private static final byte[] NOTHING = {};

  JsonParser parser;
  byte[] json = NOTHING;
  final JsonPath path = new JsonPath();
  private final WireBuffer out = new WireBuffer(16 * 1024);
  private final List<Problem> problems = new ArrayList<>();
  private boolean loneElement;

  void start(JsonParser parser, byte[] json) {
    this.parser = parser;
    this.json = json;
    path.clear();
    out.clear();
    problems.clear();
    loneElement = false;
  }

  /// Lets go of the document. Returns whether nothing here grew so large that keeping it would
  /// waste memory.
  boolean finish() {
    parser = null;
    json = NOTHING;
    return out.capacity() <= MAX_KEPT_BYTES;
  }

  @Override
  public WireBuffer out() {
    return out;
  }

  @Override
  public void problem(String message) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new Problem(path.toString(), message));
    }
  }

  /// Reports a problem of the document as a whole.
  void documentProblem(String message) {
    path.clear();
    problem(message);
  }

  /// Reports a value of the wrong kind and moves to its end.
  void wrongKind(String expected) throws IOException {
    problem("must be " + expected + ", was " + kind(parser.currentToken()));
    parser.skipChildren();
  }

  void noteLoneElement() {
    loneElement = true;
  }

  boolean loneElement() {
    return loneElement;
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  private static String kind(JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> throw new IllegalStateException("no value at " + token);
    };
  }
}
