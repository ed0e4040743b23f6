package sextant.gateway.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Exact reading of JSON numbers. Every step is bounded, whatever the exponent says.
final class NumberText {
  /// The longest number, as sent and as written out.
  static final int MAX_LENGTH = 1_000;

  private NumberText() {}

  /// Whether the text is a JSON number.
  static boolean isNumber(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return JsonScanner.isNumber(bytes, 0, bytes.length);
  }

  /// Whether the text is a plain integer of at most 18 digits.
  static boolean isShortInteger(char[] text, int from, int count) {
    int start = count > 0 && text[from] == '-' ? 1 : 0;
    if (count - start < 1 || count - start > 18) {
      return false;
    }
    for (int i = from + start; i < from + count; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return false;
      }
    }
    return true;
  }

  /// The value of a short integer.
  static long shortInteger(char[] text, int from, int count) {
    long value = 0;
    boolean negative = text[from] == '-';
    for (int i = negative ? from + 1 : from; i < from + count; i++) {
      value = value * 10 + text[i] - '0';
    }
    return negative ? -value : value;
  }

  /// Whether a JSON number is short and written out, with no exponent and no minus that might
  /// belong to a zero.
  static boolean isPlain(char[] text, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (text[i] > '9' || text[i] == '-') {
        return false;
      }
    }
    return count <= MAX_LENGTH;
  }

  /// The number, unless it is too long to be read.
  static Optional<BigDecimal> decimal(char[] text, int from, int count) {
    if (count > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(text, from, count));
    } catch (NumberFormatException e) {
      // The exponent does not fit an int.
      return Optional.empty();
    }
  }

  /// Whether writing the number out takes more than `MAX_LENGTH` digits.
  static boolean isTooLong(BigDecimal number) {
    long integerDigits = (long) number.precision() - number.scale();
    return Math.max(integerDigits, 0) + Math.max(number.scale(), 0) > MAX_LENGTH;
  }

  /// The integer that a number is, such as 30 for 3e1.
  static Optional<BigInteger> integer(BigDecimal number) {
    BigDecimal bare = number.stripTrailingZeros();
    return bare.scale() > 0
        ? Optional.empty()
        : Optional.of(bare.setScale(0, RoundingMode.UNNECESSARY).unscaledValue());
  }
}
