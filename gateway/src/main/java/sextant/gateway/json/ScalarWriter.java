package sextant.gateway.json;

/// Writes a value that is not a message. The kinds are in `ScalarWriters`.
abstract non-sealed class ScalarWriter extends ValueWriter {
  private final byte[] unset;

  /// The argument is the JSON of the value's default: zero, false, the empty string.
  ScalarWriter(byte[] unset) {
    this.unset = unset;
  }

  ScalarWriter(String unset) {
    this(JsonBuffer.ascii(unset));
  }

  final byte[] unset() {
    return unset;
  }

  @Override
  final void writeUnset(WriteState state) {
    state.out.write(unset);
  }
}
