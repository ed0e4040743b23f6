package sextant.journeys.engine;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.journeys.upstream.EventFeed.Event;

/// Wakes enrollments: makes them due and says why. It is the runner that moves them; whatever it
/// had begun with a row before is void, because the row has a new revision.
final class Signals {

  private Signals() {}

  /// Events that waits or exit rules are after. An event also counts for a wait that the customer
  /// is about to begin because a step is due: he did it after the step was due, only nobody had
  /// come to take the step.
  static int events(DSLContext tx, List<Event> events, Instant now) {
    return tx.query(
            """
            with hit as (
              select e.tenant_id, e.customer_id, e.journey_id, e.entry,
                     jsonb_agg(ev.type order by ev.place) filter (
                       where e.wait_event = ev.type
                          or e.due_at <= ?::timestamptz and ev.type = any(v.wait_events)) as arrived,
                     min(ev.type) filter (where ev.type = any(v.exit_events)) as exit_event
              from unnest(?, ?, ?) with ordinality as ev (tenant_id, customer_id, type, place)
              join journeys.enrollment e
                on e.tenant_id = ev.tenant_id and e.customer_id = ev.customer_id
               and e.state = 'active'
              join journeys.journey_version v
                on v.tenant_id = e.tenant_id and v.journey_id = e.journey_id
               and v.version = e.version
              where e.wait_event = ev.type
                 or e.due_at <= ?::timestamptz and ev.type = any(v.wait_events)
                 or ev.type = any(v.exit_events)
              group by e.tenant_id, e.customer_id, e.journey_id, e.entry
            )
            update journeys.enrollment e
            set due_at = ?::timestamptz, revision = e.revision + 1,
                arrived = coalesce(e.arrived || hit.arrived, hit.arrived, e.arrived),
                exit_reason = coalesce(e.exit_reason, 'exit rule: event ' || hit.exit_event)
            from hit
            where e.tenant_id = hit.tenant_id and e.customer_id = hit.customer_id
              and e.journey_id = hit.journey_id and e.entry = hit.entry and e.state = 'active'
            """,
            now.toString(),
            Columns.text(events, Event::tenantId),
            Columns.text(events, Event::customerId),
            Columns.text(events, Event::type),
            now.toString(),
            now.toString())
        .execute();
  }

  /// Enrollments that were set aside.
  static int wake(DSLContext tx, List<Key> keys, Instant now) {
    Batches.joined(tx);
    List<Key> sorted = keys.stream().sorted().toList();
    return tx.query(
            """
            update journeys.enrollment e
            set due_at = ?::timestamptz, revision = e.revision + 1
            from unnest(?, ?, ?, ?) as u (tenant_id, customer_id, journey_id, entry)
            where e.tenant_id = u.tenant_id and e.customer_id = u.customer_id
              and e.journey_id = u.journey_id and e.entry = u.entry and e.ended_at is null
              and e.tenant_id = any(?) and e.customer_id = any(?)
            """,
            now.toString(),
            Columns.text(sorted, Key::tenantId),
            Columns.text(sorted, Key::customerId),
            Columns.of(sorted, Key::journeyId, UUID[]::new),
            Columns.of(sorted, Key::entry, Integer[]::new),
            Columns.distinct(sorted, Key::tenantId),
            Columns.distinct(sorted, Key::customerId))
        .execute();
  }

  /// Enrollments that must leave.
  static int exit(DSLContext tx, List<Key> keys, String reason, Instant now) {
    Batches.joined(tx);
    List<Key> sorted = keys.stream().sorted().toList();
    return tx.query(
            """
            update journeys.enrollment e
            set due_at = ?::timestamptz, revision = e.revision + 1, exit_reason = coalesce(e.exit_reason, ?)
            from unnest(?, ?, ?, ?) as u (tenant_id, customer_id, journey_id, entry)
            where e.tenant_id = u.tenant_id and e.customer_id = u.customer_id
              and e.journey_id = u.journey_id and e.entry = u.entry and e.ended_at is null
              and e.tenant_id = any(?) and e.customer_id = any(?)
            """,
            now.toString(),
            reason,
            Columns.text(sorted, Key::tenantId),
            Columns.text(sorted, Key::customerId),
            Columns.of(sorted, Key::journeyId, UUID[]::new),
            Columns.of(sorted, Key::entry, Integer[]::new),
            Columns.distinct(sorted, Key::tenantId),
            Columns.distinct(sorted, Key::customerId))
        .execute();
  }
}
