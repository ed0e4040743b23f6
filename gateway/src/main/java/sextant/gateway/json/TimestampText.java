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

  private static final byte[] FORM = JsonBuffer.ascii("\"0000-00-00T00:00:00.000Z\"");
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int DAYS_IN_FOUR_YEARS = 1_461;
  private static final int DAYS_IN_FOUR_CENTURIES = 146_097;

  /// From 1 March of the year 0 to 1 January 1970.
  private static final int DAYS_TO_EPOCH = 719_468;

  private TimestampText() {}

  static boolean inRange(long seconds, int nanos) {
    return seconds >= MIN_SECONDS && seconds <= MAX_SECONDS && nanos >= 0 && nanos <= 999_999_999;
  }

  /// Writes an instant that is in range, in quotes; what is below a millisecond is cut off.
  static void write(JsonBuffer out, long seconds, int nanos) {
    int at = out.length();
    out.write(FORM);
    putDate(out, at, (int) Math.floorDiv(seconds, SECONDS_PER_DAY));
    int second = (int) Math.floorMod(seconds, (long) SECONDS_PER_DAY);
    out.putPair(at + 12, second / 3600);
    out.putPair(at + 15, second / 60 % 60);
    out.putPair(at + 18, second % 60);
    int millis = nanos / 1_000_000;
    out.putPair(at + 21, millis / 10);
    out.putDigit(at + 23, millis % 10);
  }

  /// The proleptic Gregorian date, after Neri and Schneider, "Euclidean affine functions and their
  /// application to calendar algorithms". Years begin in March here, so that a leap day is the last
  /// day of its year.
  private static void putDate(JsonBuffer out, int at, int epochDay) {
    int quarterDays = 4 * (epochDay + DAYS_TO_EPOCH) + 3;
    int century = quarterDays / DAYS_IN_FOUR_CENTURIES;
    int dayOfCentury = quarterDays % DAYS_IN_FOUR_CENTURIES / 4;
    int yearOfCentury = (4 * dayOfCentury + 3) / DAYS_IN_FOUR_YEARS;
    int dayOfYear = dayOfCentury - DAYS_IN_FOUR_YEARS * yearOfCentury / 4;
    int monthAndDay = 2_141 * dayOfYear + 197_913;
    int month = monthAndDay >>> 16;
    boolean nextYear = month > 12;
    int year = 100 * century + yearOfCentury + (nextYear ? 1 : 0);
    out.putPair(at + 1, year / 100);
    out.putPair(at + 3, year % 100);
    out.putPair(at + 6, nextYear ? month - 12 : month);
    out.putPair(at + 9, (monthAndDay & 0xFFFF) / 2_141 + 1);
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
