package sextant.gateway.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A growing protobuf message on the wire.
public final class WireBuffer {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int length;

  /// An empty message.
  public WireBuffer() {
    this(256);
  }

  WireBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  /// Appends a message already on the wire; what it sets wins over what was there.
  public void append(byte[] wire) {
    write(wire, 0, wire.length);
  }

  /// Returns a copy of the message.
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  void clear() {
    length = 0;
  }

  int capacity() {
    return bytes.length;
  }

  void write(byte[] source, int from, int to) {
    ensure(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  void writeVarint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  void writeFixed32(int value) {
    ensure(4);
    INT.set(bytes, length, value);
    length += 4;
  }

  void writeFixed64(long value) {
    ensure(8);
    LONG.set(bytes, length, value);
    length += 8;
  }

  /// Leaves room for a length, to be filled in by `end` with what this returns.
  int begin() {
    ensure(1);
    length++;
    return length;
  }

  /// Puts the length of what was written since `begin` in front of it.
  void end(int start) {
    int size = length - start;
    if (size < 0x80) {
      bytes[start - 1] = (byte) size;
      return;
    }
    int more = varintSize(size) - 1;
    ensure(more);
    System.arraycopy(bytes, start, bytes, start + more, size);
    length = start - 1;
    writeVarint(size);
    length = start + more + size;
  }

  /// Appends text as UTF-8, or returns false where that is not possible or not allowed: a lone
  /// surrogate has no UTF-8, and U+0000 cannot be stored by PostgreSQL.
  boolean writeText(char[] text, int from, int count) {
    ensure(count * 3);
    byte[] target = bytes;
    int out = length;
    int to = from + count;
    for (int in = from; in < to; in++) {
      char c = text[in];
      if (c < 0x80) {
        if (c == 0) {
          return false;
        }
        target[out++] = (byte) c;
      } else if (c < 0x800) {
        target[out++] = (byte) (0xC0 | c >> 6);
        target[out++] = (byte) (0x80 | c & 0x3F);
      } else if (!Character.isSurrogate(c)) {
        target[out++] = (byte) (0xE0 | c >> 12);
        target[out++] = (byte) (0x80 | c >> 6 & 0x3F);
        target[out++] = (byte) (0x80 | c & 0x3F);
      } else {
        if (in + 1 == to || !Character.isSurrogatePair(c, text[in + 1])) {
          return false;
        }
        int point = Character.toCodePoint(c, text[++in]);
        target[out++] = (byte) (0xF0 | point >> 18);
        target[out++] = (byte) (0x80 | point >> 12 & 0x3F);
        target[out++] = (byte) (0x80 | point >> 6 & 0x3F);
        target[out++] = (byte) (0x80 | point & 0x3F);
      }
    }
    length = out;
    return true;
  }

  private static int varintSize(int value) {
    return (38 - Integer.numberOfLeadingZeros(value)) / 7;
  }

  private void ensure(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
