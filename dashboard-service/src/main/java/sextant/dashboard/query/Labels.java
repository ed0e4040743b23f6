package sextant.dashboard.query;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Names of days, in English.
final class Labels {

  private static final DateTimeFormatter MONTH_AND_DAY =
      DateTimeFormatter.ofPattern("MMM d", Locale.ENGLISH);
  private static final DateTimeFormatter WEEKDAY =
      DateTimeFormatter.ofPattern("EEE", Locale.ENGLISH);

  private Labels() {}

  /// `Mar 4`
  static String monthAndDay(LocalDate day) {
    return MONTH_AND_DAY.format(day);
  }

  /// `Mon`
  static String weekday(LocalDate day) {
    return WEEKDAY.format(day);
  }
}
