package sextant.gateway.json;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.OptionalLong;

/// Instants as text: always written `yyyy-MM-ddTHH:mm:ss.SSSZ`, read with any offset and up to nine
/// fraction digits.
final class TimestampText {
  /// 0001-01-01T00:00:00Z.
  static final long MIN_SECONDS = -62_135_596_800L;

  /// 9999-12-31T23:59:59Z.
  static final long MAX_SECONDS = 253_402_300_799L;

  private static final int SECONDS_PER_DAY = 86_400;

  private TimestampText() {}

  static boolean inRange(long seconds, int nanos) {
    return seconds >= MIN_SECONDS && seconds <= MAX_SECONDS && nanos >= 0 && nanos <= 999_999_999;
  }

  /// Writes an instant that is in range, in quotes; what is below a millisecond is cut off.
  static void write(JsonBuffer out, long seconds, int nanos) {
    long epochDay = Math.floorDiv(seconds, SECONDS_PER_DAY);
    int second = (int) Math.floorMod(seconds, (long) SECONDS_PER_DAY);
    out.write('"');
    writeDate(out, epochDay);
    out.write('T');
    out.writePair(second / 3600);
    out.write(':');
    out.writePair(second / 60 % 60);
    out.write(':');
    out.writePair(second % 60);
    out.write('.');
    int millis = nanos / 1_000_000;
    out.write('0' + millis / 100);
    out.writePair(millis % 100);
    out.write('Z');
    out.write('"');
  }

  /// The proleptic Gregorian date. Years are counted from March, so that the leap day is the last
  /// one, in eras of 400 years, which all have the same length.
  private static void writeDate(JsonBuffer out, long epochDay) {
    int day = (int) (epochDay + 719_468);
    int era = day / 146_097;
    int dayOfEra = day % 146_097;
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shiftedMonth = (5 * dayOfYear + 2) / 153;
    int month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    int year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
    out.writePair(year / 100);
    out.writePair(year % 100);
    out.write('-');
    out.writePair(month);
    out.write('-');
    out.writePair(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1);
  }

  /// Reads the seconds since 1970 of an instant such as `2026-01-31T10:00:00.5+01:00`; empty when
  /// it is none, or when it lies outside the years 1 to 9999.
  static OptionalLong seconds(String text) {
    Scanner scanner = new Scanner(text);
    long seconds;
    try {
      seconds = scanner.seconds();
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
    boolean valid = scanner.ok && scanner.at == text.length() && inRange(seconds, 0);
    return valid ? OptionalLong.of(seconds) : OptionalLong.empty();
  }

  /// The nanoseconds of an instant that `seconds` accepts.
  static int nanos(String text) {
    int nanos = 0;
    int unit = 100_000_000;
    for (int at = text.indexOf('.') + 1; at > 0 && Scanner.isDigit(text.charAt(at)); at++) {
      nanos += (text.charAt(at) - '0') * unit;
      unit /= 10;
    }
    return nanos;
  }

  /// Reads the parts of an instant from left to right; a missing part clears `ok`.
  private static final class Scanner {
    private final String text;
    private int at;
    private boolean ok = true;

    Scanner(String text) {
      this.text = text;
    }

    long seconds() {
      int year = number(4);
      expect('-');
      int month = number(2);
      expect('-');
      int day = number(2);
      expect('T');
      int hour = number(2);
      expect(':');
      int minute = number(2);
      int second = 0;
      if (peek(':')) {
        at++;
        second = number(2);
        if (peek('.')) {
          at++;
          fraction();
        }
      }
      ok &= hour < 24 && minute < 60 && second < 60 && year > 0;
      if (!ok) {
        return 0;
      }
      long days = LocalDate.of(year, month, day).toEpochDay();
      return days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset();
    }

    private int offset() {
      if (peek('Z')) {
        at++;
        return 0;
      }
      int sign = peek('-') ? -1 : 1;
      ok &= peek('-') || peek('+');
      at++;
      int hours = number(2);
      expect(':');
      int minutes = number(2);
      ok &= hours <= 18 && minutes < 60;
      return sign * (hours * 3600 + minutes * 60);
    }

    private void fraction() {
      int start = at;
      while (at < text.length() && isDigit(text.charAt(at))) {
        at++;
      }
      ok &= at > start && at - start <= 9;
    }

    private int number(int digits) {
      int value = 0;
      for (int i = 0; i < digits; i++) {
        if (at >= text.length() || !isDigit(text.charAt(at))) {
          ok = false;
          return 0;
        }
        value = value * 10 + text.charAt(at++) - '0';
      }
      return value;
    }

    private void expect(char c) {
      ok &= peek(c);
      at++;
    }

    private boolean peek(char c) {
      return at < text.length() && text.charAt(at) == c;
    }

    static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }
}
