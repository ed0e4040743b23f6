package sextant.metrics;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Record;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;
import sextant.kit.telemetry.Gauges;
import sextant.kit.telemetry.Gauges.Measure;

/// How much work waits, and since when. The database knows, so every replica reports the same.
final class Backlog {

  private static final List<Measure> MEASURES =
      List.of(
          new Measure("sextant.outbox.events", "Events not acknowledged yet, 100,000 at most"),
          new Measure("sextant.outbox.oldest.seconds", "Age of the oldest event not acknowledged"),
          new Measure("sextant.compute.overdue", "Batch metrics that are due"),
          new Measure("sextant.compute.overdue.seconds", "How long the most overdue one is due"),
          new Measure("sextant.compute.leases", "Batch metrics being computed"),
          new Measure("sextant.compute.lapsed", "Leases of computations that did not end in time"),
          new Measure("sextant.windows.lag.seconds", "Age of the window moved on least recently"));

  /// Plain SQL: it is one look at many things. Large tables are only read through an index, and
  /// only up to a limit. The id of an event begins with the time it was recorded.
  private static final String READ =
      """
      select
        (select count(*) from (select from metrics.event_outbox limit 100000) as waiting) as events,
        (select oldest.event_id
         from (select distinct consumer from metrics.event_interest) as consumer
         cross join lateral (
           select event_id from metrics.event_outbox
           where event_outbox.consumer = consumer.consumer
           order by event_id limit 1) as oldest
         order by oldest.event_id limit 1) as oldest_event,
        due.overdue,
        coalesce(due.overdue_seconds, 0) as overdue_seconds,
        leased.leases,
        leased.lapsed,
        coalesce((
          select extract(epoch from {0} - min(realtime_upper)) from metrics.metric
          where realtime_epoch = epoch and status = 'active'), 0) as windows_lag
      from
        (select count(*) as overdue, extract(epoch from {0} - min(due_at)) as overdue_seconds
         from (
           select coalesce(last_computed_at, created_at) + batch_interval_min * interval '1 minute' as due_at
           from metrics.metric where compute_mode = 'batch' and status = 'active') as batch
         where due_at <= {0}) as due,
        (select count(*) filter (where leased_until > {0}) as leases,
                count(*) filter (where leased_until <= {0}) as lapsed
         from metrics.metric) as leased
      """;

  private final Database database;
  private final InstantSource time;

  private Backlog(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  static Gauges gauges(Database database, InstantSource time) {
    return new Gauges(MEASURES, new Backlog(database, time)::read, time);
  }

  private Map<String, Double> read() {
    Instant now = time.instant();
    Record row = database.acrossTenants(tx -> tx.fetchSingle(READ, DSL.val(now)));
    UUID oldest = row.get("oldest_event", UUID.class);
    return Map.of(
        "sextant.outbox.events", number(row, "events"),
        "sextant.outbox.oldest.seconds", oldest == null ? 0.0 : age(oldest, now),
        "sextant.compute.overdue", number(row, "overdue"),
        "sextant.compute.overdue.seconds", number(row, "overdue_seconds"),
        "sextant.compute.leases", number(row, "leases"),
        "sextant.compute.lapsed", number(row, "lapsed"),
        "sextant.windows.lag.seconds", number(row, "windows_lag"));
  }

  private static double number(Record row, String column) {
    return Math.max(0, row.get(column, Double.class));
  }

  /// The first 48 bits of a UUIDv7 are milliseconds.
  private static double age(UUID id, Instant now) {
    long millis = now.toEpochMilli() - (id.getMostSignificantBits() >>> 16);
    return Math.max(0, millis / 1_000.0);
  }
}
