package sextant.dashboard.query;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.SelectField;
import org.jooq.Table;

/// Facts of one sort and their counts by UTC day, with columns of the same names. Hands out
/// whichever is quicker to add up: days for everyone, facts for a segment or where days are not
/// those of UTC. The sums are the same.
final class Counts {

  /// How a table says which day of the window a row is in.
  private interface DayNumber extends Function<Table<?>, Field<Integer>> {}

  private final Table<?> daily;
  private final Table<?> facts;
  private final Field<Instant> time;
  private final List<String> keys;
  private final List<String> counters;

  /// `time`: the column of facts that says when; `keys`: what is counted apart; `counters`: what is
  /// added up.
  Counts(Table<?> daily, Table<?> facts, String time, List<String> keys, List<String> counters) {
    this.daily = daily;
    this.facts = facts;
    this.time = facts.field(time, Instant.class);
    this.keys = keys;
    this.counters = counters;
  }

  /// What happened in the window as a whole.
  Counted totals(Reading reading, Window window, Audience audience) {
    DayNumber none = table -> inline(0);
    return audience instanceof Audience.Everyone
        ? days(reading, window, none)
        : facts(reading, window, audience, none);
  }

  /// What happened on each day of the window.
  Counted byDay(Reading reading, Window window, Audience audience) {
    if (audience instanceof Audience.Everyone && window.isInUtcDays()) {
      return days(
          reading,
          window,
          table ->
              field("{0} - {1} + 1", Integer.class, table.field("day"), val(window.firstDay())));
    }
    return facts(
        reading,
        window,
        audience,
        table -> field("width_bucket({0}, {1})", Integer.class, time, val(window.midnights())));
  }

  /// Each fact of the window with its `customer_id`.
  Counted facts(Reading reading, Window window, Audience audience) {
    return facts(reading, window, audience, table -> inline(0));
  }

  private Counted facts(Reading reading, Window window, Audience audience, DayNumber dayNumber) {
    Field<String> customerId = facts.field("customer_id", String.class);
    return counted(
        rows(
            facts,
            1,
            dayNumber,
            reading,
            time.between(window.start(), window.end()).and(audience.contains(customerId)),
            customerId));
  }

  /// The UTC days that the window touches, less what they count before its start and after its end.
  /// There can be something after its end: interactions may be dated up to a day ahead.
  private Counted days(Reading reading, Window window, DayNumber dayNumber) {
    LocalDate first = LocalDate.ofInstant(window.start(), ZoneOffset.UTC);
    LocalDate last = LocalDate.ofInstant(window.end(), ZoneOffset.UTC);
    Instant midnightBefore = first.atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant midnightAfter = last.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    Select<Record> rows =
        rows(daily, 1, dayNumber, reading, daily.field("day", LocalDate.class).between(first, last))
            .unionAll(
                rows(
                    facts,
                    -1,
                    dayNumber,
                    reading,
                    time.gt(window.end()).and(time.lt(midnightAfter))));
    return counted(
        midnightBefore.equals(window.start())
            ? rows
            : rows.unionAll(
                rows(
                    facts,
                    -1,
                    dayNumber,
                    reading,
                    time.ge(midnightBefore).and(time.lt(window.start())))));
  }

  private Select<Record> rows(
      Table<?> table,
      int sign,
      DayNumber dayNumber,
      Reading reading,
      Condition condition,
      SelectField<?>... more) {
    List<SelectField<?>> columns = new ArrayList<>(List.of(more));
    columns.add(dayNumber.apply(table).as(Counted.DAY_NUMBER));
    keys.forEach(key -> columns.add(table.field(key)));
    for (String counter : counters) {
      Field<BigDecimal> number = table.field(counter).coerce(BigDecimal.class);
      columns.add((sign > 0 ? number : number.neg()).as(counter));
    }
    return select(columns)
        .from(table)
        .where(table.field("tenant_id", String.class).eq(reading.tenantId()))
        .and(condition);
  }

  private static Counted counted(Select<Record> rows) {
    return new Counted(rows.asTable(Counted.NAME));
  }
}
