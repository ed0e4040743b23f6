package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Arrays;

/// Writes a field that has one value.
final class SingularWriter extends FieldWriter {
  private final ValueWriter value;
  private final boolean chained;

  private SingularWriter(FieldDescriptor field, ValueWriter value, byte[] absent, boolean omit) {
    super(field, absent, omit);
    this.value = value;
    this.chained = FieldSlot.isChained(field);
  }

  static SingularWriter of(FieldDescriptor field, ValueWriter value) {
    // Without presence, absence means a default such as zero, which is always printed.
    byte[] absent =
        !field.hasPresence() && value instanceof ScalarWriter scalar
            ? scalar.unset()
            : JsonBuffer.NULL;
    boolean isNull = Arrays.equals(absent, JsonBuffer.NULL);
    return new SingularWriter(field, value, absent, isNull && omits(field));
  }

  @Override
  void writePresent(WriteState state, byte[] wire, int first, int last)
      throws MalformedWireException {
    seek(state, wire, first, last, chained);
    value.write(state);
  }

  @Override
  int writeRun(WriteState state, byte[] wire, int position, int limit)
      throws MalformedWireException {
    open(state.cursor, wire, position, limit);
    int end = state.cursor.limit;
    value.write(state);
    return isDelimited() ? end : state.cursor.position;
  }

  /// Puts the cursor on a value: on its range or, for a message, on all its parts.
  static void seek(WriteState state, byte[] wire, int first, int last, boolean chained) {
    if (!chained) {
      state.cursor.reset(wire, first, last);
    } else if (first == last) {
      state.seek(wire, first);
    } else {
      byte[] merged = state.merge(wire, first);
      state.cursor.reset(merged, 0, merged.length);
    }
  }
}
