package sextant.gateway.json;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.math.BigInteger;

/// The integer types of protobuf: what they can hold and how they look on the wire.
enum IntegerKind {
  INT32(true, 32),
  INT64(true, 64),
  UINT32(false, 32),
  UINT64(false, 64),
  SINT32(true, 32),
  SINT64(true, 64),
  FIXED32(false, 32),
  FIXED64(false, 64),
  SFIXED32(true, 32),
  SFIXED64(true, 64);

  private final BigInteger least;
  private final BigInteger greatest;

  IntegerKind(boolean signed, int bits) {
    BigInteger values = BigInteger.ONE.shiftLeft(bits);
    least = signed ? values.shiftRight(1).negate() : BigInteger.ZERO;
    greatest = least.add(values).subtract(BigInteger.ONE);
  }

  static IntegerKind of(FieldDescriptor.Type type) {
    return valueOf(type.name());
  }

  /// Writes a value that is in range; the upper half of the unsigned 64-bit range is negative here.
  void write(WireBuffer out, long value) {
    switch (this) {
      case INT32, INT64, UINT32, UINT64 -> out.writeVarint(value);
      case SINT32, SINT64 -> out.writeVarint(value << 1 ^ value >> 63);
      case FIXED32, SFIXED32 -> out.writeFixed32((int) value);
      case FIXED64, SFIXED64 -> out.writeFixed64(value);
    }
  }

  boolean holds(BigInteger value) {
    return value.compareTo(least) >= 0 && value.compareTo(greatest) <= 0;
  }

  boolean holds(long value) {
    boolean aboveLeast = value >= least.longValue();
    boolean belowGreatest = greatest.bitLength() > 63 || value <= greatest.longValue();
    return aboveLeast && belowGreatest;
  }

  String range() {
    return "between " + least + " and " + greatest;
  }
}
