package sextant.gateway.json;

/// Writes floating-point numbers the way JavaScript prints them: the fewest digits that read back
/// as the same number, no `.0`, an exponent only from 1e21 up and below 1e-6. JSON has no NaN and
/// no infinity; both become `null`. -0 becomes 0.
final class DoubleText {
  private static final double MAX_EXACT = 1L << 53;
  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};

  private DoubleText() {}

  static void write(JsonBuffer out, double value) {
    if (!Double.isFinite(value)) {
      out.write(JsonBuffer.NULL);
    } else if (value == (long) value && Math.abs(value) < MAX_EXACT) {
      out.writeLong((long) value);
    } else if (!writeShortFraction(out, value)) {
      writeShortest(out, Double.toString(value), false);
    }
  }

  static void write(JsonBuffer out, float value) {
    if (!Float.isFinite(value)) {
      out.write(JsonBuffer.NULL);
    } else if (value == (int) value && Math.abs(value) < 1 << 24) {
      out.writeLong((int) value);
    } else {
      writeShortest(out, Float.toString(value), true);
    }
  }

  /// Numbers such as 12.5 and 0.0312: an integer of at most 15 digits divided by a power of ten
  /// with at most six zeros. Both are exact doubles, so the quotient is the nearest double, and the
  /// first power that fits gives the fewest digits.
  private static boolean writeShortFraction(JsonBuffer out, double value) {
    double magnitude = Math.abs(value);
    if (magnitude >= 1e9 || magnitude < 1e-5) {
      return false;
    }
    for (int places = 1; places < POWERS.length; places++) {
      long scaled = Math.round(magnitude * POWERS[places]);
      if (scaled / POWERS[places] == magnitude) {
        if (value < 0) {
          out.write('-');
        }
        long power = (long) POWERS[places];
        out.writeLong(scaled / power);
        out.write('.');
        long fraction = scaled % power;
        for (long digit = power / 10; digit > 0; digit /= 10) {
          out.write((int) ('0' + fraction / digit % 10));
        }
        return true;
      }
    }
    return false;
  }

  /// Prints the shortest decimal that Java found the way JavaScript arranges it.
  private static void writeShortest(JsonBuffer out, String java, boolean single) {
    String text = java;
    if (text.charAt(0) == '-') {
      out.write('-');
      text = text.substring(1);
    }
    int e = text.indexOf('E');
    int exponent = e < 0 ? 0 : Integer.parseInt(text, e + 1, text.length(), 10);
    String mantissa = e < 0 ? text : text.substring(0, e);
    int point = mantissa.indexOf('.');
    String digits = mantissa.substring(0, point) + mantissa.substring(point + 1);
    int leading = 0;
    while (digits.charAt(leading) == '0') {
      leading++;
    }
    int trailing = digits.length();
    while (digits.charAt(trailing - 1) == '0') {
      trailing--;
    }
    // The value is 0.DIGITS times ten to the power of `magnitude`.
    int magnitude = point + exponent - leading;
    digits = digits.substring(leading, trailing);
    if (digits.length() == 2) {
      String shorter = oneDigit(digits, magnitude, single);
      if (!shorter.isEmpty()) {
        magnitude += shorter.length() - 1;
        digits = shorter.substring(0, 1);
      }
    }
    arrange(out, digits, magnitude);
  }

  /// Java never prints fewer than two digits, so it may miss that one would do: 4.9E-324 is 5e-324.
  /// Returns the digit, with a zero behind it when the number moved up a power of ten, or nothing.
  private static String oneDigit(String digits, int magnitude, boolean single) {
    int rounded = (Integer.parseInt(digits) + 5) / 10;
    String exact = "0." + digits + "e" + magnitude;
    String shorter = "0." + (rounded == 10 ? "1e" + (magnitude + 1) : rounded + "e" + magnitude);
    boolean same =
        single
            ? Float.parseFloat(shorter) == Float.parseFloat(exact)
            : Double.parseDouble(shorter) == Double.parseDouble(exact);
    return same ? Integer.toString(rounded) : "";
  }

  private static void arrange(JsonBuffer out, String digits, int magnitude) {
    int count = digits.length();
    if (count <= magnitude && magnitude <= 21) {
      out.writeAscii(digits);
      writeZeros(out, magnitude - count);
    } else if (0 < magnitude && magnitude <= 21) {
      out.writeAscii(digits.substring(0, magnitude));
      out.write('.');
      out.writeAscii(digits.substring(magnitude));
    } else if (-6 < magnitude && magnitude <= 0) {
      out.write('0');
      out.write('.');
      writeZeros(out, -magnitude);
      out.writeAscii(digits);
    } else {
      out.write(digits.charAt(0));
      if (count > 1) {
        out.write('.');
        out.writeAscii(digits.substring(1));
      }
      out.write('e');
      out.write(magnitude > 0 ? '+' : '-');
      out.writeLong(Math.abs(magnitude - 1));
    }
  }

  private static void writeZeros(JsonBuffer out, int count) {
    for (int i = 0; i < count; i++) {
      out.write('0');
    }
  }
}
