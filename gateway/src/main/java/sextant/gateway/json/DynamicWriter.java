package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;

/// Writes `google.protobuf.Value`: whichever member is set, else `null`.
final class DynamicWriter extends MessageValueWriter {
  private final Descriptor type;
  private final FieldTable table;
  private FieldWriter[] members = {};

  DynamicWriter(Descriptor type) {
    this.type = type;
    this.table = new FieldTable(type);
  }

  @Override
  void link(WriterCompiler compiler) {
    members = type.getFields().stream().map(compiler::field).toArray(FieldWriter[]::new);
  }

  @Override
  void write(WriteState state) throws MalformedWireException {
    byte[] wire = state.cursor.bytes;
    int base = table.scan(state);
    int set = 0;
    while (set < members.length - 1 && state.first(base, set) == 0) {
      set++;
    }
    members[set].writeValue(state, wire, base);
    state.leave(base);
  }
}
