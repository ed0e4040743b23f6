package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.CONSUMED_EVENT;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.journeys.upstream.EventFeed;
import sextant.journeys.upstream.EventFeed.Event;
import sextant.kit.db.Database;
import sextant.kit.db.Lookups;

/// Gives events their effect: customers enter, waits end, exit rules act. An event is remembered in
/// the transaction of its effect and acknowledged after it, so its effect happens exactly once.
public final class EventConsumer implements AutoCloseable {

  private static final int BATCH = 500;

  private final Database database;
  private final EventFeed feed;
  private final InstantSource time;
  private final Leases leases;

  public EventConsumer(Database database, EventFeed feed, InstantSource time) {
    this.database = database;
    this.feed = feed;
    this.time = time;
    this.leases = new Leases(database, "events", 1);
  }

  /// Consumes one batch of events. Returns how many came.
  public int drain() {
    if (leases.held().isEmpty()) {
      return 0;
    }
    List<Event> events = feed.pull(BATCH);
    if (events.isEmpty()) {
      return 0;
    }
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    Retries.ofConflicts(() -> database.acrossTenants(tx -> consume(tx, events, now)));
    feed.acknowledge(events);
    return events.size();
  }

  private static int consume(DSLContext tx, List<Event> events, Instant now) {
    Set<UUID> fresh = remember(tx, events, now);
    List<Event> effective =
        events.stream().filter(event -> fresh.remove(event.interactionId())).toList();
    List<Entries.Entry> entering = Admission.entering(tx, effective, now);
    Lookups.byKey(tx);
    Entries.lock(tx, entering);
    // Before the entries: an event that lets a customer in ends no wait in there.
    int woken = Signals.events(tx, effective, now);
    return woken + Entries.enroll(tx, entering, now);
  }

  /// The events that nobody consumed before.
  private static Set<UUID> remember(DSLContext tx, List<Event> events, Instant now) {
    return new HashSet<>(
        tx.resultQuery(
                """
                insert into journeys.consumed_event
                  (tenant_id, customer_id, interaction_id, consumed_at)
                select u.tenant_id, u.customer_id, u.interaction_id, ?::timestamptz
                from unnest(?, ?, ?) as u (tenant_id, customer_id, interaction_id)
                order by u.tenant_id, u.customer_id, u.interaction_id
                on conflict do nothing
                returning interaction_id
                """,
                now.toString(),
                Columns.text(events, Event::tenantId),
                Columns.text(events, Event::customerId),
                Columns.of(events, Event::interactionId, UUID[]::new))
            .coerce(CONSUMED_EVENT.INTERACTION_ID)
            .fetch(CONSUMED_EVENT.INTERACTION_ID));
  }

  @Override
  public void close() {
    leases.close();
  }
}
