package sextant.gateway.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Growing JSON text. Copies text in steps of eight bytes as long as nothing needs an escape.
final class JsonBuffer {
  static final byte[] NULL = ascii("null");

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] MIN_LONG = ascii("-9223372036854775808");

  /// The two digits of every number of 0-99, the first one in the low byte.
  private static final short[] PAIRS = pairs();

  private byte[] bytes;
  private int length;

  JsonBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  int capacity() {
    return bytes.length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /// Forgets what was written after the buffer had this length.
  void truncate(int length) {
    this.length = length;
  }

  /// Removes what was written since the buffer had this length, and returns it.
  String takeSince(int start) {
    String taken = new String(bytes, start, length - start, StandardCharsets.UTF_8);
    length = start;
    return taken;
  }

  /// Whether exactly this text was written since the buffer had this length.
  boolean isSince(int start, byte[] text) {
    return Arrays.equals(bytes, start, length, text, 0, text.length);
  }

  void write(int ascii) {
    ensure(1);
    bytes[length++] = (byte) ascii;
  }

  void write(byte[] text) {
    ensure(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  void write(byte[] text, int from, int to) {
    ensure(to - from);
    System.arraycopy(text, from, bytes, length, to - from);
    length += to - from;
  }

  void writeAscii(String text) {
    ensure(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  /// Ends an object or list whose members were each written with a comma in front: the first comma
  /// becomes the opening bracket.
  void close(int start, char open, char close) {
    ensure(2);
    if (length == start) {
      length++;
    }
    bytes[start] = (byte) open;
    bytes[length++] = (byte) close;
  }

  void writeLong(long value) {
    if (value == Long.MIN_VALUE) {
      write(MIN_LONG);
      return;
    }
    ensure(20);
    long rest = value;
    if (rest < 0) {
      bytes[length++] = '-';
      rest = -rest;
    }
    int end = length + digits(rest);
    length = end;
    while (rest >= 100) {
      end -= 2;
      putPair(end, (int) (rest % 100));
      rest /= 100;
    }
    if (rest >= 10) {
      putPair(end - 2, (int) rest);
    } else {
      bytes[end - 1] = (byte) ('0' + rest);
    }
  }

  void writeUnsignedLong(long value) {
    if (value >= 0) {
      writeLong(value);
    } else {
      long tenth = (value >>> 1) / 5;
      writeLong(tenth);
      write((int) ('0' + (value - tenth * 10)));
    }
  }

  /// Writes a number of 0-99 as two digits over what stands at this offset.
  void putPair(int at, int value) {
    SHORT.set(bytes, at, PAIRS[value]);
  }

  /// Writes a digit over what stands at this offset.
  void putDigit(int at, int value) {
    bytes[at] = (byte) ('0' + value);
  }

  private static int digits(long value) {
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /// Writes UTF-8 text as a JSON string.
  void writeString(byte[] text, int from, int to) throws MalformedWireException {
    ensure(to - from + 2);
    bytes[length++] = '"';
    int at = copyPlain(text, from, to);
    while (at < to) {
      at = writeSpecial(text, at, to);
      // Room for the rest and the quote behind it.
      ensure(to - at + 1);
      at = copyPlain(text, at, to);
    }
    bytes[length++] = '"';
  }

  /// Copies up to the first special byte, for which there is room.
  private int copyPlain(byte[] text, int from, int to) {
    byte[] target = bytes;
    int in = from;
    int out = length;
    while (to - in >= 8) {
      long word = (long) LONG.get(text, in);
      if (hasSpecial(word)) {
        break;
      }
      LONG.set(target, out, word);
      in += 8;
      out += 8;
    }
    if (in < to && to - in < 8 && to - from >= 8) {
      // The rest, together with some bytes before it that are copied once more.
      long word = (long) LONG.get(text, to - 8);
      if (!hasSpecial(word)) {
        LONG.set(target, out + (to - in) - 8, word);
        length = out + (to - in);
        return to;
      }
    }
    while (in < to) {
      byte next = text[in];
      if (next < ' ' || next == '"' || next == '\\') {
        break;
      }
      target[out++] = next;
      in++;
    }
    length = out;
    return in;
  }

  /// Whether one of eight bytes is a quote, a backslash, below 0x20 or above 0x7F.
  private static boolean hasSpecial(long word) {
    long quote = word ^ (ONES * '"');
    long backslash = word ^ (ONES * '\\');
    long found =
        word | (word - ONES * ' ') | (quote - ONES) & ~quote | (backslash - ONES) & ~backslash;
    return (found & HIGH_BITS) != 0;
  }

  private int writeSpecial(byte[] text, int at, int to) throws MalformedWireException {
    byte special = text[at];
    if (special < 0) {
      int count = Utf8.sequenceLength(text, at, to);
      if (count == 0) {
        throw new MalformedWireException("a string is not UTF-8");
      }
      write(text, at, at + count);
      return at + count;
    }
    switch (special) {
      case '"', '\\' -> writeEscape(special);
      case '\n' -> writeEscape('n');
      case '\r' -> writeEscape('r');
      case '\t' -> writeEscape('t');
      case '\b' -> writeEscape('b');
      case '\f' -> writeEscape('f');
      default -> {
        writeAscii("\\u00");
        write(HEX[special >> 4]);
        write(HEX[special & 15]);
      }
    }
    return at + 1;
  }

  private void writeEscape(int letter) {
    write('\\');
    write(letter);
  }

  private void ensure(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }

  private static short[] pairs() {
    short[] pairs = new short[100];
    for (int i = 0; i < 100; i++) {
      pairs[i] = (short) ('0' + i / 10 | '0' + i % 10 << 8);
    }
    return pairs;
  }
}
