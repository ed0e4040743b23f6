package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import sextant.http.v1.Absent;

/// Writes one field of a message, or what stands for its absence.
abstract sealed class FieldWriter permits SingularWriter, RepeatedWriter, MapWriter {
  final int slot;

  /// A comma, the key in quotes, a colon.
  private final byte[] key;

  private final byte[] absent;

  /// Whether an absent value is left out.
  private final boolean omit;

  /// The tag as serialisers write it.
  private final byte[] tag;

  private final boolean delimited;

  /// The second argument is the JSON of an absent value.
  FieldWriter(FieldDescriptor field, byte[] absent, boolean omit) {
    this.slot = field.getIndex();
    this.key = (",\"" + field.getJsonName() + "\":").getBytes(StandardCharsets.UTF_8);
    this.absent = absent;
    this.omit = omit;
    this.delimited = field.isPacked() || WireType.of(field) == WireType.DELIMITED;
    WireBuffer wire = new WireBuffer();
    wire.writeVarint(
        WireType.tag(field.getNumber(), delimited ? WireType.DELIMITED : WireType.of(field)));
    this.tag = wire.toByteArray();
  }

  static boolean omits(FieldDescriptor field) {
    return ContractOptions.of(field).getAbsent() == Absent.ABSENT_OMIT;
  }

  /// Writes a comma, the key and the value that was found, or nothing when what would be written is
  /// what absence looks like and absence is left out.
  final void write(WriteState state, byte[] wire, int base) throws MalformedWireException {
    int first = state.first(base, slot);
    if (first == 0) {
      writeAbsent(state);
    } else {
      state.out.write(key);
      int value = state.out.length();
      writePresent(state, wire, first, state.second(base, slot));
      forgetAbsent(state, value);
    }
  }

  /// Writes the same for a field whose value, if any, begins at this position. Returns the position
  /// behind it.
  final int writeInOrder(WriteState state, byte[] wire, int position, int limit)
      throws MalformedWireException {
    if (!isTag(wire, position, limit)) {
      writeAbsent(state);
      return position;
    }
    state.out.write(key);
    int value = state.out.length();
    int end = writeRun(state, wire, position, limit);
    forgetAbsent(state, value);
    return end;
  }

  private void writeAbsent(WriteState state) {
    if (!omit) {
      state.out.write(key);
      state.out.write(absent);
    }
  }

  private void forgetAbsent(WriteState state, int value) {
    if (omit && state.out.isSince(value, absent)) {
      state.out.truncate(value - key.length);
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

  /// Writes the value whose tag is at this position, for lists and maps all that follow one
  /// another. Returns the position behind it.
  abstract int writeRun(WriteState state, byte[] wire, int position, int limit)
      throws MalformedWireException;

  /// Whether a value of this field begins here.
  final boolean isTag(byte[] wire, int position, int limit) {
    return position + tag.length <= limit
        && wire[position] == tag[0]
        && (tag.length == 1 || isLongTag(wire, position));
  }

  private boolean isLongTag(byte[] wire, int position) {
    return Arrays.equals(wire, position, position + tag.length, tag, 0, tag.length);
  }

  /// Puts the cursor on the value whose tag is at this position. A value that carries no length
  /// ends where reading it ends.
  final void open(WireCursor cursor, byte[] wire, int position, int limit)
      throws MalformedWireException {
    cursor.reset(wire, position + tag.length, limit);
    if (delimited) {
      int length = cursor.readLength();
      cursor.limit = cursor.position + length;
    }
  }

  final boolean isDelimited() {
    return delimited;
  }
}
