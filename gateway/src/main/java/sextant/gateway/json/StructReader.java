package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// Reads `Struct`, `ListValue` and `Value`. Their numbers are doubles; raw JSON is what keeps
/// numbers exact.
final class StructReader extends ValueReader {
  private static final int FIELDS = WireType.tag(1, WireType.DELIMITED);
  private static final int KEY = WireType.tag(1, WireType.DELIMITED);
  private static final int VALUE = WireType.tag(2, WireType.DELIMITED);
  private static final int VALUES = WireType.tag(1, WireType.DELIMITED);
  private static final int NULL_VALUE = WireType.tag(1, WireType.VARINT);
  private static final int NUMBER_VALUE = WireType.tag(2, WireType.FIXED64);
  private static final int STRING_VALUE = WireType.tag(3, WireType.DELIMITED);
  private static final int BOOL_VALUE = WireType.tag(4, WireType.VARINT);
  private static final int STRUCT_VALUE = WireType.tag(5, WireType.DELIMITED);
  private static final int LIST_VALUE = WireType.tag(6, WireType.DELIMITED);

  private final ScalarReader number = ScalarReaders.number();
  private final ScalarReader text = ScalarReaders.text();
  private final WellKnown kind;

  StructReader(WellKnown kind) {
    this.kind = kind;
  }

  @Override
  boolean takesNull() {
    return kind == WellKnown.VALUE;
  }

  @Override
  void read(ReadState state) throws IOException {
    JsonToken token = state.parser.currentToken();
    if (kind == WellKnown.STRUCT && token != JsonToken.START_OBJECT) {
      state.wrongKind("an object");
    } else if (kind == WellKnown.LIST_VALUE && token != JsonToken.START_ARRAY) {
      state.wrongKind("an array");
    } else {
      switch (kind) {
        case STRUCT -> struct(state);
        case LIST_VALUE -> list(state);
        default -> value(state);
      }
    }
  }

  private void value(ReadState state) throws IOException {
    WireBuffer out = state.out();
    int start = out.begin();
    switch (state.parser.currentToken()) {
      case START_OBJECT -> {
        out.writeVarint(STRUCT_VALUE);
        struct(state);
      }
      case START_ARRAY -> {
        out.writeVarint(LIST_VALUE);
        list(state);
      }
      case VALUE_STRING -> {
        out.writeVarint(STRING_VALUE);
        text.read(state);
      }
      case VALUE_TRUE, VALUE_FALSE -> {
        out.writeVarint(BOOL_VALUE);
        out.writeVarint(state.parser.getBooleanValue() ? 1 : 0);
      }
      case VALUE_NULL -> {
        out.writeVarint(NULL_VALUE);
        out.writeVarint(0);
      }
      default -> {
        out.writeVarint(NUMBER_VALUE);
        number.read(state);
      }
    }
    out.end(start);
  }

  private void struct(ReadState state) throws IOException {
    JsonParser parser = state.parser;
    WireBuffer out = state.out();
    Set<String> keys = new HashSet<>();
    int start = out.begin();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      state.path.enter(key);
      if (!keys.add(key)) {
        state.problem("is given twice");
      }
      out.writeVarint(FIELDS);
      int entry = out.begin();
      out.writeVarint(KEY);
      text.accept(key.toCharArray(), 0, key.length(), state);
      out.writeVarint(VALUE);
      parser.nextToken();
      value(state);
      out.end(entry);
      state.path.leave();
    }
    out.end(start);
  }

  private void list(ReadState state) throws IOException {
    int start = state.out().begin();
    state.path.enterList();
    for (int i = 0; state.parser.nextToken() != JsonToken.END_ARRAY; i++) {
      state.path.index(i);
      state.out().writeVarint(VALUES);
      value(state);
    }
    state.path.leave();
    state.out().end(start);
  }
}
