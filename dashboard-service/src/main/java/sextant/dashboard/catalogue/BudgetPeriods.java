package sextant.dashboard.catalogue;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import sextant.dashboard.v1.BudgetPeriod;

/// The days, in UTC, of budgets.
public final class BudgetPeriods {

  /// Days from the first to before the second date. The bounds of all time are dates that no
  /// interaction reaches.
  public record Days(LocalDate from, LocalDate until) {

    private static final Days ALL = new Days(LocalDate.of(1, 1, 1), LocalDate.of(9999, 1, 1));
  }

  private static final DateTimeFormatter QUARTER =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-'Q'q")
          .parseDefaulting(IsoFields.DAY_OF_QUARTER, 1)
          .toFormatter(Locale.ROOT);

  private BudgetPeriods() {}

  /// The period that `day` is in.
  public static Days around(LocalDate day, BudgetPeriod period) {
    return switch (period) {
      case BUDGET_PERIOD_DAILY -> new Days(day, day.plusDays(1));
      case BUDGET_PERIOD_WEEKLY -> {
        LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        yield new Days(monday, monday.plusWeeks(1));
      }
      case BUDGET_PERIOD_MONTHLY -> {
        LocalDate first = day.withDayOfMonth(1);
        yield new Days(first, first.plusMonths(1));
      }
      case BUDGET_PERIOD_QUARTERLY -> {
        LocalDate first = day.with(IsoFields.DAY_OF_QUARTER, 1);
        yield new Days(first, first.plusMonths(3));
      }
      case BUDGET_PERIOD_ALLTIME, BUDGET_PERIOD_UNSPECIFIED, UNRECOGNIZED -> Days.ALL;
    };
  }

  /// The period that `key` names, or empty when it names none.
  public static Optional<Days> days(BudgetPeriod period, String key) {
    try {
      return switch (period) {
        case BUDGET_PERIOD_DAILY,
            BUDGET_PERIOD_WEEKLY,
            BUDGET_PERIOD_MONTHLY,
            BUDGET_PERIOD_QUARTERLY ->
            Optional.of(around(firstDay(period, key), period));
        case BUDGET_PERIOD_ALLTIME, BUDGET_PERIOD_UNSPECIFIED, UNRECOGNIZED ->
            key.equals("alltime") ? Optional.of(Days.ALL) : Optional.empty();
      };
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }

  private static LocalDate firstDay(BudgetPeriod period, String key) {
    return switch (period) {
      case BUDGET_PERIOD_WEEKLY -> LocalDate.parse(key + "-1", DateTimeFormatter.ISO_WEEK_DATE);
      case BUDGET_PERIOD_MONTHLY -> YearMonth.parse(key).atDay(1);
      case BUDGET_PERIOD_QUARTERLY -> LocalDate.parse(key, QUARTER);
      default -> LocalDate.parse(key);
    };
  }
}
