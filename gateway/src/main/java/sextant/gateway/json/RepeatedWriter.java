package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;

/// Writes a list. Its elements lie in packed runs, one by one, or both mixed.
final class RepeatedWriter extends FieldWriter {
  private static final byte[] EMPTY = JsonBuffer.ascii("[]");

  private final ValueWriter element;
  private final boolean packable;

  RepeatedWriter(FieldDescriptor field, ValueWriter element) {
    super(field, EMPTY, omits(field));
    this.element = element;
    this.packable = field.isPackable();
  }

  @Override
  void writePresent(WriteState state, byte[] wire, int first, int last)
      throws MalformedWireException {
    int start = state.out.length();
    for (int node = first; node != 0; node = state.nextNode(node)) {
      state.seek(wire, node);
      writeElements(state);
    }
    state.out.close(start, '[', ']');
  }

  @Override
  int writeRun(WriteState state, byte[] wire, int position, int limit)
      throws MalformedWireException {
    int start = state.out.length();
    int at = position;
    while (isTag(wire, at, limit)) {
      open(state.cursor, wire, at, limit);
      if (isDelimited()) {
        at = state.cursor.limit;
        writeElements(state);
      } else {
        writeElement(state);
        at = state.cursor.position;
      }
    }
    state.out.close(start, '[', ']');
    return at;
  }

  private void writeElements(WriteState state) throws MalformedWireException {
    if (packable) {
      while (state.cursor.hasMore()) {
        writeElement(state);
      }
    } else {
      writeElement(state);
    }
  }

  private void writeElement(WriteState state) throws MalformedWireException {
    state.out.write(',');
    element.write(state);
  }

  /// Writes the first element alone, or `null` when there is none.
  void writeFirst(WriteState state, byte[] wire, int base) throws MalformedWireException {
    int node = state.first(base, slot);
    while (node != 0 && packable && state.nodeStart(node) == state.nodeEnd(node)) {
      node = state.nextNode(node);
    }
    if (node == 0) {
      state.out.write(JsonBuffer.NULL);
    } else {
      state.seek(wire, node);
      element.write(state);
    }
  }
}
