package sextant.standalone.intake;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/// Reads the dates people have in files. Which form it is follows from the text alone, so that a
/// file never needs a format option.
final class Dates {

  /// The forms in words, for error messages.
  static final String FORMS =
      "a date such as 2026-01-31, 20260131, 2026-01-31T10:00:00Z, 2026-01-31 10:00:00, or seconds or milliseconds since 1970";

  private static final Pattern DIGITS = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
  private static final int COMPACT_DATE = 8;

  /// Seconds of the years 1973-5138 have 9-11 digits, milliseconds since 1973 at least 12.
  private static final int LONGEST_SECONDS = 11;

  private final ZoneId zone;

  /// `zone` is where dates and times without an offset were written down.
  Dates(ZoneId zone) {
    this.zone = zone;
  }

  /// Fails with DateTimeException when `text` is no date.
  Instant parse(String text) {
    if (DIGITS.matcher(text).matches()) {
      return digits(text);
    }
    if (text.length() == "2026-01-31".length()) {
      return LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
    String iso = text.indexOf(' ') == "2026-01-31".length() ? text.replaceFirst(" ", "T") : text;
    return switch (DateTimeFormatter.ISO_DATE_TIME.parseBest(
        iso, OffsetDateTime::from, LocalDateTime::from)) {
      case OffsetDateTime exact -> exact.toInstant();
      case LocalDateTime local -> local.atZone(zone).toInstant();
      default -> throw new IllegalStateException("parseBest made something else");
    };
  }

  private Instant digits(String text) {
    if (text.length() == COMPACT_DATE) {
      return LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE).atStartOfDay(zone).toInstant();
    }
    int whole = text.contains(".") ? text.indexOf('.') : text.length();
    if (whole > 15) {
      throw new DateTimeException("too many digits");
    }
    java.math.BigDecimal number = new java.math.BigDecimal(text);
    return whole <= LONGEST_SECONDS
        ? Instant.ofEpochMilli(number.movePointRight(3).longValue())
        : Instant.ofEpochMilli(number.longValue());
  }
}
