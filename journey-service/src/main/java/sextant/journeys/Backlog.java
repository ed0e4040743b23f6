package sextant.journeys;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Record;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;
import sextant.kit.telemetry.Gauges;
import sextant.kit.telemetry.Gauges.Measure;

/// How much work waits, and since when. The database knows, so every replica reports the same.
final class Backlog {

  /// In the order of the columns of [#READ].
  private static final List<Measure> MEASURES =
      List.of(
          new Measure("sextant.enrollments.due", "Enrollments whose step is due, 64,000 at most"),
          new Measure("sextant.enrollments.lag.seconds", "How long the most overdue step is due"),
          new Measure("sextant.candidates", "Customers who may enter a journey, 100,000 at most"),
          new Measure("sextant.candidates.oldest.seconds", "Age of the oldest of them"),
          new Measure("sextant.deliveries.pending", "Deliveries not sent yet, 100,000 at most"),
          new Measure("sextant.deliveries.lag.seconds", "How long the most overdue one is due"),
          new Measure("sextant.deliveries.dead", "Deliveries given up, 100,000 at most"),
          new Measure("sextant.leases.unheld", "Buckets of work that no worker looks after"),
          new Measure("sextant.leases.lapsed.seconds", "How long the longest lapsed lease is so"),
          new Measure("sextant.workers", "Workers that are alive, of all replicas"));

  /// Plain SQL: it is one look at many things. Large tables are only read through an index, and
  /// only up to a limit.
  private static final String READ =
      """
      select
        due.enrollments_due, due.enrollments_lag,
        entering.candidates, entering.candidates_oldest,
        sending.deliveries, sending.deliveries_lag,
        (select count(*) from (
           select from journeys.delivery where state = 'dead' limit 100000) as dead) as dead,
        lease.unheld, lease.lapsed,
        (select count(*) from journeys.worker where until > clock_timestamp()) as workers
      from
        (select sum(waiting.amount) as enrollments_due,
                extract(epoch from {0} - min(waiting.due_at)) as enrollments_lag
         from generate_series(0, 63) as bucket
         cross join lateral (
           select count(*) as amount, min(due_at) as due_at from (
             select due_at from journeys.enrollment
             where state = 'active' and enrollment.bucket = bucket::smallint and due_at <= {0}
             order by due_at limit 1000) as first) as waiting) as due,
        (select count(*) as candidates, extract(epoch from {0} - min(created_at)) as candidates_oldest
         from (select created_at from journeys.entry_candidate order by created_at limit 100000) as first
        ) as entering,
        (select count(*) as deliveries, extract(epoch from {0} - min(due_at)) as deliveries_lag
         from (select due_at from journeys.delivery where state = 'pending' limit 100000) as first
        ) as sending,
        (select count(*) filter (where owner is null or until < clock_timestamp()) as unheld,
                extract(epoch from max(clock_timestamp() - until)) as lapsed
         from journeys.lease) as lease
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
    Record row = database.acrossTenants(tx -> tx.fetchSingle(READ, DSL.val(time.instant())));
    Map<String, Double> values = new HashMap<>();
    for (int column = 0; column < MEASURES.size(); column++) {
      Double found = row.get(column, Double.class);
      // Nothing waits, or the next is due in the future.
      values.put(MEASURES.get(column).name(), found == null ? 0.0 : Math.max(0, found));
    }
    return values;
  }
}
