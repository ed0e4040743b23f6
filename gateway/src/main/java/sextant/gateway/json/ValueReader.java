package sextant.gateway.json;

import java.io.IOException;

/// Reads one JSON value as a protobuf value.
abstract sealed class ValueReader permits ScalarReader, MessageReader, RawReader, StructReader {

  /// Reads the value at the current token and writes it without its tag, with its length where it
  /// has one. Ends at the last token of the value.
  abstract void read(ReadState state) throws IOException;

  /// Whether JSON `null` is a value of its own, instead of absence.
  boolean takesNull() {
    return false;
  }
}
