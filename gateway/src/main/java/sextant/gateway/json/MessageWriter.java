package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;

/// The program that writes messages of one type. Serialisers put fields in the order of their
/// numbers; where that is the order declared, too, one pass writes each value as it comes. The
/// careful way, for all other messages, finds all fields first, so that absent ones and those that
/// came late or in parts stand in their place.
final class MessageWriter extends MessageValueWriter {
  private final Descriptor type;
  private final FieldTable table;

  /// By index of the field.
  private final FieldWriter[] fields;

  /// In the order declared, hidden ones left out.
  private FieldWriter[] printed = {};

  /// Whether values can be written as they come.
  private final boolean ordered;

  MessageWriter(Descriptor type) {
    this.type = type;
    this.table = new FieldTable(type);
    this.fields = new FieldWriter[type.getFields().size()];
    this.ordered = isOrdered(type);
  }

  /// Whether fields come in the order declared. In a oneof the one set last counts, which is not
  /// known before all of them were seen.
  private static boolean isOrdered(Descriptor type) {
    int last = 0;
    for (FieldDescriptor field : type.getFields()) {
      if (field.getNumber() < last) {
        return false;
      }
      last = field.getNumber();
    }
    return type.getRealOneofs().isEmpty();
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
    int start = state.out.length();
    if (ordered && state.isHopeful()) {
      writeInOrder(state);
    } else {
      writeScanned(state);
    }
    state.out.close(start, '{', '}');
    state.ascend();
  }

  private void writeInOrder(WriteState state) throws MalformedWireException {
    byte[] wire = state.cursor.bytes;
    int position = state.cursor.position;
    int limit = state.cursor.limit;
    for (FieldWriter field : printed) {
      position = field.writeInOrder(state, wire, position, limit);
    }
    if (position != limit) {
      throw WriteState.OUT_OF_ORDER;
    }
  }

  private void writeScanned(WriteState state) throws MalformedWireException {
    byte[] wire = state.cursor.bytes;
    int base = table.scan(state);
    for (FieldWriter field : printed) {
      field.write(state, wire, base);
    }
    state.leave(base);
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
