package sextant.dashboard.query;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.stream.IntStream;
import sextant.kit.rpc.ApiException;

/// The days of a dashboard: from a midnight up to an instant, in a time zone.
///
/// @param zone whose midnight starts a day
/// @param firstDay the first day
/// @param end the last instant, usually now
record Window(ZoneId zone, LocalDate firstDay, Instant end) {

  private static final int DEFAULT_DAYS = 7;
  private static final long DAY_SECONDS = 86_400;

  /// The last `days` days and today's part. 0 and the empty text: not given.
  static Window lookback(int days, String timezone, Instant now) {
    ZoneId zone = zone(timezone);
    return new Window(zone, LocalDate.ofInstant(now, zone).minusDays(orDefault(days)), now);
  }

  /// `days` days, of which today is the last. 0 and the empty text: not given.
  static Window trend(int days, String timezone, Instant now) {
    ZoneId zone = zone(timezone);
    return new Window(zone, LocalDate.ofInstant(now, zone).minusDays(orDefault(days) - 1L), now);
  }

  static int orDefault(int days) {
    return days == 0 ? DEFAULT_DAYS : days;
  }

  private static ZoneId zone(String name) {
    if (name.isEmpty()) {
      return ZoneOffset.UTC;
    }
    if (!ZoneId.getAvailableZoneIds().contains(name)) {
      throw ApiException.invalid(
          "timezone", "must be the name of an IANA time zone such as Europe/Berlin");
    }
    return ZoneId.of(name);
  }

  /// The `days` days before this window, to the last microsecond.
  Window before(int days) {
    return new Window(zone, firstDay.minusDays(days), start().minus(1, ChronoUnit.MICROS));
  }

  private LocalDate lastDay() {
    return LocalDate.ofInstant(end, zone);
  }

  Instant start() {
    return firstDay.atStartOfDay(zone).toInstant();
  }

  /// Number of days, the last included.
  int length() {
    return (int) ChronoUnit.DAYS.between(firstDay, lastDay()) + 1;
  }

  /// The day with this number; the first has number 1.
  LocalDate day(int number) {
    return firstDay.plusDays(number - 1L);
  }

  /// Where each day starts.
  Instant[] midnights() {
    return IntStream.rangeClosed(1, length())
        .mapToObj(number -> day(number).atStartOfDay(zone).toInstant())
        .toArray(Instant[]::new);
  }

  /// Whether each day is a day in UTC, too.
  boolean isInUtcDays() {
    for (Instant midnight : midnights()) {
      if (midnight.getEpochSecond() % DAY_SECONDS != 0) {
        return false;
      }
    }
    return true;
  }
}
