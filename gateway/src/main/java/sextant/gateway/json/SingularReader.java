package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;

/// Reads a field that has one value.
final class SingularReader extends FieldReader {
  private final ValueReader value;

  SingularReader(FieldDescriptor field, ValueReader value) {
    super(field, WireType.tag(field));
    this.value = value;
  }

  @Override
  boolean isAbsent(JsonToken token) {
    return super.isAbsent(token) && !value.takesNull();
  }

  @Override
  void read(ReadState state) throws IOException {
    state.out().writeVarint(tag);
    value.read(state);
  }
}
