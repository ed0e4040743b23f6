package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;

/// The program that writes messages of one type: find all fields first, then print them in the
/// order declared, so that absent ones and those that came late stand in their place.
final class MessageWriter extends MessageValueWriter {
  private final Descriptor type;
  private final FieldTable table;

  /// By index of the field.
  private final FieldWriter[] fields;

  /// In the order declared, hidden ones left out.
  private FieldWriter[] printed = {};

  MessageWriter(Descriptor type) {
    this.type = type;
    this.table = new FieldTable(type);
    this.fields = new FieldWriter[type.getFields().size()];
  }

  @Override
  void link(WriterCompiler compiler) {
    for (FieldDescriptor field : type.getFields()) {
      fields[field.getIndex()] = compiler.field(field);
    }
    printed =
        type.getFields().stream()
            .filter(field -> !ContractOptions.of(field).getHidden())
            .map(field -> fields[field.getIndex()])
            .toArray(FieldWriter[]::new);
  }

  @Override
  void write(WriteState state) throws MalformedWireException {
    state.descend();
    byte[] wire = state.cursor.bytes;
    int base = table.scan(state);
    int start = state.out.length();
    for (FieldWriter field : printed) {
      field.write(state, wire, base);
    }
    state.out.close(start, '{', '}');
    state.leave(base);
    state.ascend();
  }

  /// Writes the value of one field of the message under the cursor.
  void writeField(WriteState state, FieldDescriptor field) throws MalformedWireException {
    byte[] wire = state.cursor.bytes;
    int base = table.scan(state);
    fields[field.getIndex()].writeValue(state, wire, base);
    state.leave(base);
  }

  /// Writes the first element of a list in the message under the cursor.
  void writeFirstElement(WriteState state, FieldDescriptor list) throws MalformedWireException {
    byte[] wire = state.cursor.bytes;
    int base = table.scan(state);
    ((RepeatedWriter) fields[list.getIndex()]).writeFirst(state, wire, base);
    state.leave(base);
  }
}
