package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.nio.charset.StandardCharsets;
import sextant.http.v1.Absent;

/// Writes one field of a message, or what stands for its absence.
abstract sealed class FieldWriter permits SingularWriter, RepeatedWriter, MapWriter {
  final int slot;

  /// A comma, the key in quotes, a colon.
  private final byte[] key;

  private final byte[] absent;

  /// Whether an absent value is left out.
  private final boolean omit;

  /// The second argument is the JSON of an absent value.
  FieldWriter(FieldDescriptor field, byte[] absent, boolean omit) {
    this.slot = field.getIndex();
    this.key = (",\"" + field.getJsonName() + "\":").getBytes(StandardCharsets.UTF_8);
    this.absent = absent;
    this.omit = omit;
  }

  static boolean omits(FieldDescriptor field) {
    return ContractOptions.of(field).getAbsent() == Absent.ABSENT_OMIT;
  }

  /// Writes a comma, the key and the value, or nothing when what would be written is what absence
  /// looks like and absence is left out.
  final void write(WriteState state, byte[] wire, int base) throws MalformedWireException {
    int first = state.first(base, slot);
    if (first != 0) {
      int start = state.out.length();
      state.out.write(key);
      int value = state.out.length();
      writePresent(state, wire, first, state.second(base, slot));
      if (omit && state.out.isSince(value, absent)) {
        state.out.truncate(start);
      }
    } else if (!omit) {
      state.out.write(key);
      state.out.write(absent);
    }
  }

  /// Writes only the value.
  final void writeValue(WriteState state, byte[] wire, int base) throws MalformedWireException {
    int first = state.first(base, slot);
    if (first != 0) {
      writePresent(state, wire, first, state.second(base, slot));
    } else {
      state.out.write(absent);
    }
  }

  /// Writes the value that lies in this range or, for fields that are chained, in these nodes.
  abstract void writePresent(WriteState state, byte[] wire, int first, int last)
      throws MalformedWireException;
}
