package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;

/// The wire types of protobuf, and how fields map to them.
final class WireType {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int DELIMITED = 2;
  static final int START_GROUP = 3;
  static final int END_GROUP = 4;
  static final int FIXED32 = 5;

  private WireType() {}

  /// The wire type of one value of the field, whether or not the field is packed.
  static int of(FieldDescriptor field) {
    if (field.getType() == FieldDescriptor.Type.GROUP) {
      throw new IllegalArgumentException(field + " is a group, which has no JSON form here");
    }
    return field.getLiteType().getWireType();
  }

  /// The tag in front of one value of the field.
  static int tag(FieldDescriptor field) {
    return tag(field.getNumber(), of(field));
  }

  static int tag(int fieldNumber, int wireType) {
    return fieldNumber << 3 | wireType;
  }
}
