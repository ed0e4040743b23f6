package sextant.gateway.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /// The offset of the first byte in the range that is not UTF-8, or `to` when all of it is.
  static int validUntil(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (bytes[at] >= 0) {
        while (to - at >= 8 && ((long) LONG.get(bytes, at) & HIGH_BITS) == 0) {
          at += 8;
        }
        while (at < to && bytes[at] >= 0) {
          at++;
        }
      } else {
        int length = sequenceLength(bytes, at, to);
        if (length == 0) {
          return at;
        }
        at += length;
      }
    }
    return to;
  }

  /// The length of the multi-byte character at this offset, or 0 when there is none.
  static int sequenceLength(byte[] bytes, int at, int to) {
    int first = bytes[at] & 0xFF;
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    if (first < 0xE0) {
      return to - at >= 2 && continues(bytes[at + 1]) ? 2 : 0;
    }
    if (to - at < 3 || !continues(bytes[at + 1]) || !continues(bytes[at + 2])) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    if (first < 0xF0) {
      boolean overlong = first == 0xE0 && second < 0xA0;
      boolean surrogate = first == 0xED && second >= 0xA0;
      return overlong || surrogate ? 0 : 3;
    }
    boolean overlong = first == 0xF0 && second < 0x90;
    boolean tooHigh = first == 0xF4 && second >= 0x90;
    return overlong || tooHigh || to - at < 4 || !continues(bytes[at + 3]) ? 0 : 4;
  }

  private static boolean continues(byte b) {
    return (b & 0xC0) == 0x80;
  }
}
