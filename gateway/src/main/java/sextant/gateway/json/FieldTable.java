package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.Map;

/// Finds where the fields of a message lie on the wire. Unknown fields are passed over, and so are
/// known ones with a wire type that does not fit, as protobuf does.
final class FieldTable {
  private static final int DENSE = 128;

  private final FieldSlot[] byNumber = new FieldSlot[DENSE];
  private final Map<Integer, FieldSlot> others = new HashMap<>();
  private final int slots;

  FieldTable(Descriptor type) {
    this.slots = type.getFields().size();
    for (FieldDescriptor field : type.getFields()) {
      if (field.getNumber() < DENSE) {
        byNumber[field.getNumber()] = new FieldSlot(field);
      } else {
        others.put(field.getNumber(), new FieldSlot(field));
      }
    }
  }

  /// Opens a frame and fills it from the message under the cursor. The caller leaves the frame.
  int scan(WriteState state) throws MalformedWireException {
    int base = state.enter(slots);
    WireCursor cursor = state.cursor;
    while (cursor.hasMore()) {
      int tag = cursor.readTag();
      int wireType = tag & 7;
      FieldSlot field = find(tag >>> 3);
      if (field == null || wireType != field.wireType && !isPackedRun(field, wireType)) {
        cursor.skip(tag);
      } else if (wireType == WireType.DELIMITED) {
        int length = cursor.readLength();
        int start = cursor.position;
        cursor.position = start + length;
        field.note(state, base, start, start + length);
      } else {
        int start = cursor.position;
        cursor.skip(tag);
        field.note(state, base, start, cursor.position);
      }
    }
    return base;
  }

  private static boolean isPackedRun(FieldSlot field, int wireType) {
    return field.packable && wireType == WireType.DELIMITED;
  }

  private FieldSlot find(int number) {
    return number < DENSE ? byNumber[number] : others.get(number);
  }
}
