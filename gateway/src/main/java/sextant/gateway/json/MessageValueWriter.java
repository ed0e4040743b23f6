package sextant.gateway.json;

/// Writes a value that is a message on the wire.
abstract sealed class MessageValueWriter extends ValueWriter
    permits MessageWriter, OnlyFieldWriter, DynamicWriter, TimeWriter, FieldMaskWriter {
  private static final byte[] EMPTY = {};

  /// Compiles what this message consists of. A second step, because a message may contain itself.
  abstract void link(WriterCompiler compiler);

  @Override
  final void writeUnset(WriteState state) throws MalformedWireException {
    state.cursor.reset(EMPTY, 0, 0);
    write(state);
  }
}
