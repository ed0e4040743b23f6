package sextant.dashboard.query;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import sextant.dashboard.query.World.Act;
import sextant.dashboard.query.World.Segment;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.Period;

/// What every part of the oracle needs: days, names, rounding, who is in a segment. Computed from
/// plain lists, with nothing of the service.
final class Oracle {

  /// The interactions or traces from `since` to `until`, both included.
  record Span(Instant since, Instant until) {
    boolean contains(Instant instant) {
      return !instant.isBefore(since) && !instant.isAfter(until);
    }
  }

  final World world;

  Oracle(World world) {
    this.world = world;
  }

  static int days(int given) {
    return given == 0 ? 7 : given;
  }

  static ZoneId zone(String timezone) {
    return timezone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(timezone);
  }

  LocalDate today(String timezone) {
    return world.now.atZone(zone(timezone)).toLocalDate();
  }

  static Instant midnight(LocalDate day, String timezone) {
    return day.atStartOfDay(zone(timezone)).toInstant();
  }

  /// From midnight `days` days before today, up to now.
  Span lookback(int days, String timezone) {
    return new Span(midnight(today(timezone).minusDays(days(days)), timezone), world.now);
  }

  Period period(int days, String timezone) {
    return Period.newBuilder()
        .setDays(days(days))
        .setSince(
            com.google.protobuf.util.Timestamps.fromMillis(
                lookback(days, timezone).since().toEpochMilli()))
        .build();
  }

  /// The last `days` days, today included, oldest first.
  List<LocalDate> trendDays(int days, String timezone) {
    LocalDate today = today(timezone);
    return Stream.iterate(today.minusDays(days(days) - 1L), day -> day.plusDays(1))
        .limit(days(days))
        .toList();
  }

  Span day(LocalDate day, String timezone) {
    Instant end = midnight(day.plusDays(1), timezone).minusNanos(1);
    return new Span(midnight(day, timezone), end.isAfter(world.now) ? world.now : end);
  }

  static String monthAndDay(LocalDate day) {
    String month = day.getMonth().name();
    return month.charAt(0)
        + month.substring(1, 3).toLowerCase(Locale.ROOT)
        + " "
        + day.getDayOfMonth();
  }

  static String weekday(LocalDate day) {
    String name = day.getDayOfWeek().name();
    return name.charAt(0) + name.substring(1, 3).toLowerCase(Locale.ROOT);
  }

  /// The days of a budget's period around today, or of the month its key names.
  Predicate<LocalDate> inPeriod(sextant.dashboard.v1.Budget budget) {
    LocalDate today = today("");
    LocalDate anchor =
        budget.hasPeriodKey() ? LocalDate.parse(budget.getPeriodKey() + "-01") : today;
    return switch (budget.getPeriodType()) {
      case BUDGET_PERIOD_DAILY -> day -> day.equals(anchor);
      case BUDGET_PERIOD_WEEKLY -> day -> monday(day).equals(monday(anchor));
      case BUDGET_PERIOD_MONTHLY ->
          day -> day.getYear() == anchor.getYear() && day.getMonth() == anchor.getMonth();
      case BUDGET_PERIOD_QUARTERLY ->
          day ->
              day.getYear() == anchor.getYear()
                  && (day.getMonthValue() - 1) / 3 == (anchor.getMonthValue() - 1) / 3;
      default -> day -> true;
    };
  }

  private static LocalDate monday(LocalDate day) {
    LocalDate monday = day;
    while (monday.getDayOfWeek() != DayOfWeek.MONDAY) {
      monday = monday.minusDays(1);
    }
    return monday;
  }

  /// Why a segment gives no data; empty when it does, or when none is asked for.
  Optional<String> warning(String segmentId) {
    if (segmentId.isEmpty()) {
      return Optional.empty();
    }
    Optional<Segment> segment = segment(segmentId);
    if (segment.isEmpty()) {
      return Optional.of("the segment " + segmentId + " does not exist");
    }
    return segment.get().hasView()
        ? Optional.empty()
        : Optional.of("the view of the segment " + segmentId + " has not been materialized yet");
  }

  private Optional<Segment> segment(String id) {
    return world.segments.stream().filter(segment -> segment.id().equals(id)).findAny();
  }

  boolean isIn(String segmentId, String customer) {
    return segmentId.isEmpty() || segment(segmentId).orElseThrow().customers().contains(customer);
  }

  List<Act> acts(Span span, String segmentId) {
    return world.acts.stream()
        .filter(act -> span.contains(act.at()) && isIn(segmentId, act.customer()))
        .toList();
  }

  Optional<Offer> offer(String id) {
    return world.offers.stream().filter(offer -> offer.getId().equals(id)).findAny();
  }

  String offerName(String id) {
    return offer(id).map(Offer::getName).orElse(id);
  }

  String channelName(String id) {
    return world.channels.stream()
        .filter(channel -> channel.getId().equals(id))
        .map(sextant.dashboard.v1.Channel::getName)
        .findAny()
        .orElse(id);
  }

  static Set<String> offersOf(List<Act> acts) {
    return ids(acts, Act::offer);
  }

  static Set<String> ids(List<Act> acts, Function<Act, String> id) {
    Set<String> ids = new TreeSet<>();
    acts.stream().map(id).filter(found -> found != null).forEach(ids::add);
    return ids;
  }

  static long count(List<Act> acts, Predicate<Act> condition) {
    return acts.stream().filter(condition).count();
  }

  static BigDecimal sum(List<Act> acts, Function<Act, BigDecimal> amount) {
    return acts.stream()
        .map(amount)
        .filter(found -> found != null)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  static String money(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  static double rounded(long part, long whole, int decimals) {
    return whole == 0
        ? 0
        : new BigDecimal(part)
            .divide(new BigDecimal(whole), decimals, RoundingMode.HALF_UP)
            .doubleValue();
  }

  static String percent(BigDecimal part, BigDecimal whole) {
    return whole.signum() == 0
        ? "0.0"
        : part.multiply(new BigDecimal(100)).divide(whole, 1, RoundingMode.HALF_UP).toPlainString();
  }

  static String percent(long part, long whole) {
    return percent(new BigDecimal(part), new BigDecimal(whole));
  }

  /// Descending by a number, ties by id ascending.
  static <T> Comparator<T> most(Function<T, Long> number, Function<T, String> id) {
    return Comparator.comparing(number, Comparator.<Long>reverseOrder()).thenComparing(id);
  }
}
