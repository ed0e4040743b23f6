package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;

/// Writes messages whose JSON is the value of their only field: wrappers, `Struct`, `ListValue`.
final class OnlyFieldWriter extends MessageValueWriter {
  private final FieldTable table;
  private final FieldDescriptor only;
  private FieldWriter field;

  OnlyFieldWriter(Descriptor type) {
    this.table = new FieldTable(type);
    this.only = type.getFields().getFirst();
  }

  @Override
  void link(WriterCompiler compiler) {
    field = compiler.field(only);
  }

  @Override
  void write(WriteState state) throws MalformedWireException {
    state.descend();
    byte[] wire = state.cursor.bytes;
    int base = table.scan(state);
    field.writeValue(state, wire, base);
    state.leave(base);
    state.ascend();
  }
}
