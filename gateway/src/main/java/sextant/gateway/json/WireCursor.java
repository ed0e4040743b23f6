package sextant.gateway.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads protobuf primitives from a range of bytes and never looks outside it. Accepts what
/// protobuf's own parser accepts: overlong varints up to ten bytes, lengths and tags cut to 32
/// bits.
final class WireCursor {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_GROUP_DEPTH = 64;

  byte[] bytes = {};
  int position;
  int limit;

  void reset(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.limit = to;
  }

  boolean hasMore() {
    return position < limit;
  }

  int readTag() throws MalformedWireException {
    int tag = (int) readVarint();
    if (tag >>> 3 == 0) {
      throw new MalformedWireException("field number 0");
    }
    return tag;
  }

  long readVarint() throws MalformedWireException {
    int at = position;
    if (at < limit) {
      byte first = bytes[at];
      if (first >= 0) {
        position = at + 1;
        return first;
      }
    }
    return readLongVarint();
  }

  private long readLongVarint() throws MalformedWireException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (position >= limit) {
        throw truncated();
      }
      byte next = bytes[position++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedWireException("varint of more than ten bytes");
  }

  int readFixed32() throws MalformedWireException {
    int at = advance(4);
    return (int) INT.get(bytes, at);
  }

  long readFixed64() throws MalformedWireException {
    int at = advance(8);
    return (long) LONG.get(bytes, at);
  }

  /// Reads the length in front of a string, bytes, message or packed list.
  int readLength() throws MalformedWireException {
    int length = (int) readVarint();
    if (length < 0 || length > limit - position) {
      throw truncated();
    }
    return length;
  }

  /// Moves over the value behind a tag.
  void skip(int tag) throws MalformedWireException {
    skip(tag, 0);
  }

  private void skip(int tag, int depth) throws MalformedWireException {
    switch (tag & 7) {
      case WireType.VARINT -> readVarint();
      case WireType.FIXED64 -> advance(8);
      case WireType.DELIMITED -> {
        int length = readLength();
        position += length;
      }
      case WireType.START_GROUP -> skipGroup(tag >>> 3, depth + 1);
      case WireType.FIXED32 -> advance(4);
      case WireType.END_GROUP -> throw new MalformedWireException("end of a group never begun");
      default -> throw new MalformedWireException("unknown wire type " + (tag & 7));
    }
  }

  private void skipGroup(int fieldNumber, int depth) throws MalformedWireException {
    if (depth > MAX_GROUP_DEPTH) {
      throw new MalformedWireException("groups nested deeper than " + MAX_GROUP_DEPTH);
    }
    int end = WireType.tag(fieldNumber, WireType.END_GROUP);
    for (int tag = readTag(); tag != end; tag = readTag()) {
      skip(tag, depth);
    }
  }

  private int advance(int count) throws MalformedWireException {
    if (count > limit - position) {
      throw truncated();
    }
    int at = position;
    position += count;
    return at;
  }

  private static MalformedWireException truncated() {
    return new MalformedWireException("the message ends in the middle of a value");
  }
}
