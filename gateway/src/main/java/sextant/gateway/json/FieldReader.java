package sextant.gateway.json;

import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.io.IOException;

/// Reads one field of a message: its tag and value, or several of them.
abstract sealed class FieldReader permits SingularReader, RepeatedReader, MapReader {
  final FieldDescriptor field;
  final int tag;

  /// Index of the oneof, -1 outside of one.
  final int oneof;

  FieldReader(FieldDescriptor field, int tag) {
    this.field = field;
    this.tag = tag;
    OneofDescriptor group = field.getRealContainingOneof();
    this.oneof = group == null ? -1 : group.getIndex();
  }

  /// Whether the current token says that the field is absent.
  boolean isAbsent(JsonToken token) {
    return token == JsonToken.VALUE_NULL;
  }

  /// Reads the value at the current token, which is not absent; ends at its last token.
  abstract void read(ReadState state) throws IOException;
}
