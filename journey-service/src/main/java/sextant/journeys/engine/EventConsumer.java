package sextant.journeys.engine;

import static org.jooq.impl.DSL.val;
import static sextant.journeys.jooq.Tables.CONSUMED_EVENT;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.graph.EntryRule;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.EventFeed;
import sextant.journeys.upstream.EventFeed.Event;
import sextant.journeys.upstream.UnavailableException;
import sextant.kit.db.Database;

/// Gives events their effect: customers enter, waits end, exit rules act. An event is remembered in
/// the transaction of its effect and acknowledged after it, so its effect happens exactly once.
public final class EventConsumer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);
  private static final int BATCH = 500;

  /// An event that lets its customer into a journey, if the entry rule of the plan says so.
  private record Candidate(Event event, VersionKey version) {}

  private final Database database;
  private final Plans plans;
  private final EventFeed feed;
  private final CustomerFacts customers;
  private final InstantSource time;
  private final Leases leases;

  public EventConsumer(
      Database database, Plans plans, EventFeed feed, CustomerFacts customers, InstantSource time) {
    this.database = database;
    this.plans = plans;
    this.feed = feed;
    this.customers = customers;
    this.time = time;
    this.leases = new Leases(database, "events", 1);
  }

  /// Consumes one batch of events. Returns how many came.
  public int drain() {
    if (leases.held().isEmpty()) {
      return 0;
    }
    List<Event> pulled = feed.pull(BATCH);
    if (pulled.isEmpty()) {
      return 0;
    }
    Map<VersionKey, Plan> entryPlans = new HashMap<>();
    List<Candidate> candidates =
        database.acrossTenants(
            tx -> {
              List<Candidate> found = candidates(tx, pulled);
              entryPlans.putAll(
                  plans.load(tx, found.stream().map(Candidate::version).distinct().toList()));
              return found;
            });
    Set<Event> undecided = new HashSet<>();
    List<Candidate> admitted = admitted(candidates, entryPlans, undecided);
    List<Event> events = pulled.stream().filter(event -> !undecided.contains(event)).toList();
    consume(events, admitted);
    feed.acknowledge(events);
    return events.size();
  }

  private void consume(List<Event> events, List<Candidate> admitted) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    Retries.ofConflicts(
        () ->
            database.acrossTenants(
                tx -> {
                  Set<UUID> fresh = remember(tx, events, now);
                  List<Event> effective =
                      events.stream().filter(event -> fresh.remove(event.interactionId())).toList();
                  // Before the entries: an event that lets a customer in ends no wait in there.
                  Signals.events(tx, effective, now);
                  Set<Event> effects = new HashSet<>(effective);
                  return Entries.enroll(
                      tx,
                      admitted.stream()
                          .filter(candidate -> effects.contains(candidate.event()))
                          .map(
                              candidate ->
                                  new Entries.Entry(
                                      candidate.event().tenantId(),
                                      candidate.version().journeyId(),
                                      candidate.event().customerId()))
                          .toList(),
                      now);
                }));
  }

  private static Set<UUID> remember(DSLContext tx, List<Event> events, Instant now) {
    return new HashSet<>(
        tx.resultQuery(
                """
                insert into journeys.consumed_event
                  (tenant_id, customer_id, interaction_id, consumed_at)
                select u.tenant_id, u.customer_id, u.interaction_id, ?
                from unnest(?, ?, ?) as u (tenant_id, customer_id, interaction_id)
                order by u.tenant_id, u.customer_id, u.interaction_id
                on conflict do nothing
                returning interaction_id
                """,
                now,
                Columns.text(events, Event::tenantId),
                Columns.text(events, Event::customerId),
                Columns.of(events, Event::interactionId, UUID[]::new))
            .coerce(CONSUMED_EVENT.INTERACTION_ID)
            .fetch(CONSUMED_EVENT.INTERACTION_ID));
  }

  private static List<Candidate> candidates(DSLContext tx, List<Event> events) {
    List<Candidate> candidates = new ArrayList<>();
    for (Record row :
        tx.fetch(
            """
            select ev.place::int as place, j.journey_id, j.version
            from unnest(?, ?) with ordinality as ev (tenant_id, type, place)
            join journeys.journey j on j.tenant_id = ev.tenant_id and j.status = 'active'
            join journeys.journey_version v
              on v.tenant_id = j.tenant_id and v.journey_id = j.journey_id and v.version = j.version
            where ev.type = any(v.entry_events)
            order by ev.place
            """,
            val(Columns.text(events, Event::tenantId)),
            val(Columns.text(events, Event::type)))) {
      Event event = events.get(row.get("place", Integer.class) - 1);
      candidates.add(
          new Candidate(
              event,
              new VersionKey(
                  event.tenantId(),
                  row.get("journey_id", UUID.class),
                  row.get("version", Integer.class))));
    }
    return candidates;
  }

  /// Those who may enter. Where that cannot be told now, the event is `undecided` and will come
  /// again.
  private List<Candidate> admitted(
      List<Candidate> candidates, Map<VersionKey, Plan> entryPlans, Set<Event> undecided) {
    List<Candidate> admitted = new ArrayList<>();
    Map<VersionKey, List<Candidate>> asking = new HashMap<>();
    for (Candidate candidate : candidates) {
      if (entryPlans.get(candidate.version()).entry().asksForFacts()) {
        asking.computeIfAbsent(candidate.version(), _ -> new ArrayList<>()).add(candidate);
      } else {
        admitted.add(candidate);
      }
    }
    asking.forEach(
        (version, those) -> {
          EntryRule rule = entryPlans.get(version).entry();
          try {
            Map<String, Facts> facts = facts(version.tenantId(), rule, those);
            Instant now = time.instant();
            those.stream()
                .filter(one -> rule.admits(facts.get(one.event().customerId()), now))
                .forEach(admitted::add);
          } catch (UnavailableException unavailable) {
            log.warn("{} events wait for facts: {}", those.size(), unavailable.getMessage());
            those.forEach(one -> undecided.add(one.event()));
          }
        });
    return admitted;
  }

  private Map<String, Facts> facts(String tenantId, EntryRule rule, List<Candidate> candidates) {
    Collection<String> ids =
        candidates.stream().map(one -> one.event().customerId()).distinct().toList();
    return customers.read(tenantId, ids, rule.fields(), false);
  }

  @Override
  public void close() {
    leases.close();
  }
}
