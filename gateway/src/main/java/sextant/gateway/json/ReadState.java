package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What reading one document needs besides the program.
final class ReadState implements Target {
  private static final int MAX_PROBLEMS = 100;

  final JsonParser parser;
  final byte[] json;
  final JsonPath path = new JsonPath();
  private final WireBuffer out;
  private final List<Problem> problems = new ArrayList<>(0);
  private boolean loneElement;

  ReadState(JsonParser parser, byte[] json, WireBuffer out) {
    this.parser = parser;
    this.json = json;
    this.out = out;
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
