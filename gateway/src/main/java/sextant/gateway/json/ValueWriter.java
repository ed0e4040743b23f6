package sextant.gateway.json;

/// Writes one protobuf value as JSON.
abstract sealed class ValueWriter permits ScalarWriter, MessageValueWriter {

  /// Writes the value under the cursor. A scalar may be one of a packed run, so it takes just its
  /// own bytes; strings and messages take the whole range, and messages use the cursor for their
  /// own purposes.
  abstract void write(WriteState state) throws MalformedWireException;

  /// Writes the value that a missing one stands for.
  abstract void writeUnset(WriteState state) throws MalformedWireException;
}
