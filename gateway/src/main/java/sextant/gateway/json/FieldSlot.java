package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;

/// What scanning must know about one field: how it lies on the wire and where its place is found. A
/// slot is the index of the field in its message.
final class FieldSlot {
  private static final int[] NONE = {};

  final int wireType;

  /// Whether several values may come in one packed run.
  final boolean packable;

  private final int slot;

  /// Whether all occurrences count: lists, maps, and messages, whose parts are merged.
  private final boolean chained;

  /// Slots of the other members of the oneof; the member set last wins.
  private final int[] rivals;

  FieldSlot(FieldDescriptor field) {
    this.wireType = WireType.of(field);
    this.packable = field.isPackable();
    this.slot = field.getIndex();
    this.chained = isChained(field);
    OneofDescriptor oneof = field.getRealContainingOneof();
    this.rivals =
        oneof == null
            ? NONE
            : oneof.getFields().stream()
                .filter(other -> other != field)
                .mapToInt(FieldDescriptor::getIndex)
                .toArray();
  }

  static boolean isChained(FieldDescriptor field) {
    return field.isRepeated() || field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  void note(WriteState state, int base, int start, int end) {
    for (int rival : rivals) {
      state.set(base, rival, 0, 0);
    }
    if (chained) {
      state.chain(base, slot, start, end);
    } else {
      state.set(base, slot, start, end);
    }
  }
}
