package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// Reads a map from an object.
final class MapReader extends FieldReader {
  private final int keyTag;
  private final int valueTag;
  private final ScalarReader key;
  private final ValueReader value;

  MapReader(FieldDescriptor field, ValueReader value) {
    super(field, WireType.tag(field));
    Descriptor entry = field.getMessageType();
    FieldDescriptor keyField = entry.findFieldByNumber(1);
    this.keyTag = WireType.tag(keyField);
    this.valueTag = WireType.tag(entry.findFieldByNumber(2));
    this.key = ScalarReaders.of(keyField);
    this.value = value;
  }

  @Override
  void read(ReadState state) throws IOException {
    JsonParser parser = state.parser;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      state.wrongKind("an object");
      return;
    }
    Set<String> keys = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      state.path.enterMap(name, key.kind() == ScalarReader.Kind.STRING);
      if (!keys.add(name)) {
        state.problem("is given twice");
      }
      parser.nextToken();
      readEntry(state, name);
      state.path.leave();
    }
  }

  private void readEntry(ReadState state, String name) throws IOException {
    WireBuffer out = state.out();
    out.writeVarint(tag);
    int start = out.begin();
    out.writeVarint(keyTag);
    key.readText(name, "as a key ", state);
    out.writeVarint(valueTag);
    if (state.parser.currentToken() == JsonToken.VALUE_NULL && !value.takesNull()) {
      state.problem("must not be null");
    } else {
      value.read(state);
    }
    out.end(start);
  }
}
