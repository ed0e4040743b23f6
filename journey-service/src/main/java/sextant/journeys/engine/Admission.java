package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.ENTRY_CANDIDATE;
import static sextant.journeys.jooq.Tables.JOURNEY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Row4;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.EventFeed.Event;
import sextant.journeys.upstream.UnavailableException;
import sextant.kit.db.Database;

/// Lets in customers by their events. Where the event alone decides they enter at once; where the
/// entry rule also asks for a segment or a condition they wait here until those are known, so that
/// a service that is down holds up no other event.
public final class Admission implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Admission.class);
  private static final int BATCH = 500;

  /// Who could not be judged for so long stays out.
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private record Candidate(Entries.Entry entry, UUID interactionId, int version, Instant since) {
    VersionKey plan() {
      return new VersionKey(entry.tenantId(), entry.journeyId(), version);
    }

    Row4<String, String, UUID, UUID> row() {
      return DSL.row(entry.tenantId(), entry.customerId(), entry.journeyId(), interactionId);
    }
  }

  private final Database database;
  private final Plans plans;
  private final CustomerFacts customers;
  private final InstantSource time;
  private final Leases leases;

  public Admission(Database database, Plans plans, CustomerFacts customers, InstantSource time) {
    this.database = database;
    this.plans = plans;
    this.customers = customers;
    this.time = time;
    this.leases = new Leases(database, "admission", 1);
  }

  /// Those whom the events alone let in. Those who are to be judged are written down.
  static List<Entries.Entry> entering(DSLContext tx, List<Event> events, Instant now) {
    List<Entries.Entry> entering = new ArrayList<>();
    for (Record row : journeysOf(tx, events)) {
      Event event = events.get(row.get("place", Integer.class) - 1);
      Entries.Entry entry =
          new Entries.Entry(
              event.tenantId(), row.get("journey_id", UUID.class), event.customerId());
      if (row.get("asks", Boolean.class)) {
        tx.insertInto(ENTRY_CANDIDATE)
            .values(
                entry.tenantId(), entry.customerId(), entry.journeyId(), event.interactionId(), now)
            .execute();
      } else {
        entering.add(entry);
      }
    }
    return entering;
  }

  private static List<? extends Record> journeysOf(DSLContext tx, List<Event> events) {
    return tx.fetch(
        """
        select ev.place::int as place, j.journey_id, v.entry_asks as asks
        from unnest(?, ?) with ordinality as ev (tenant_id, type, place)
        join journeys.journey j on j.tenant_id = ev.tenant_id and j.status = 'active'
        join journeys.journey_version v
          on v.tenant_id = j.tenant_id and v.journey_id = j.journey_id and v.version = j.version
        where ev.type = any(v.entry_events)
        order by ev.place
        """,
        Columns.text(events, Event::tenantId),
        Columns.text(events, Event::type));
  }

  /// Judges those who have waited longest. Returns how many.
  public int drain() {
    if (leases.held().isEmpty()) {
      return 0;
    }
    Map<VersionKey, Plan> loaded = new HashMap<>();
    List<Candidate> waiting =
        database.acrossTenants(
            tx -> {
              List<Candidate> found = candidates(tx);
              loaded.putAll(plans.load(tx, found.stream().map(Candidate::plan).toList()));
              return found;
            });
    Map<VersionKey, List<Candidate>> byPlan = new HashMap<>();
    waiting.forEach(one -> byPlan.computeIfAbsent(one.plan(), _ -> new ArrayList<>()).add(one));
    int judged = 0;
    for (var group : byPlan.entrySet()) {
      judged += judge(loaded.get(group.getKey()), group.getValue());
    }
    return judged;
  }

  private static List<Candidate> candidates(DSLContext tx) {
    return tx.select(ENTRY_CANDIDATE.fields())
        .select(JOURNEY.VERSION)
        .from(ENTRY_CANDIDATE)
        .join(JOURNEY)
        .on(JOURNEY.TENANT_ID.eq(ENTRY_CANDIDATE.TENANT_ID))
        .and(JOURNEY.JOURNEY_ID.eq(ENTRY_CANDIDATE.JOURNEY_ID))
        .orderBy(ENTRY_CANDIDATE.CREATED_AT)
        .limit(BATCH)
        .fetch(
            row ->
                new Candidate(
                    new Entries.Entry(
                        row.get(ENTRY_CANDIDATE.TENANT_ID),
                        row.get(ENTRY_CANDIDATE.JOURNEY_ID),
                        row.get(ENTRY_CANDIDATE.CUSTOMER_ID)),
                    row.get(ENTRY_CANDIDATE.INTERACTION_ID),
                    row.get(JOURNEY.VERSION),
                    row.get(ENTRY_CANDIDATE.CREATED_AT)));
  }

  private int judge(Plan plan, List<Candidate> candidates) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    Optional<Map<String, Facts>> facts = facts(plan, candidates);
    List<Candidate> judged =
        candidates.stream()
            .filter(one -> facts.isPresent() || one.since().isBefore(now.minus(PATIENCE)))
            .toList();
    List<Candidate> admitted =
        facts
            .map(
                known ->
                    judged.stream()
                        .filter(
                            one -> plan.entry().admits(known.get(one.entry().customerId()), now))
                        .toList())
            .orElse(List.of());
    return Retries.ofConflicts(
        () -> database.acrossTenants(tx -> settle(tx, judged, admitted, now)));
  }

  private Optional<Map<String, Facts>> facts(Plan plan, List<Candidate> candidates) {
    try {
      return Optional.of(
          customers.read(
              candidates.getFirst().entry().tenantId(),
              candidates.stream().map(one -> one.entry().customerId()).distinct().toList(),
              plan.entry().fields(),
              false));
    } catch (UnavailableException unavailable) {
      log.warn("{} customers wait to enter: {}", candidates.size(), unavailable.getMessage());
      return Optional.empty();
    }
  }

  /// Only who is still waiting enters: another replica may have been faster.
  private static int settle(
      DSLContext tx, List<Candidate> judged, List<Candidate> admitted, Instant now) {
    Set<UUID> settled =
        tx.deleteFrom(ENTRY_CANDIDATE)
            .where(
                DSL.row(
                        ENTRY_CANDIDATE.TENANT_ID,
                        ENTRY_CANDIDATE.CUSTOMER_ID,
                        ENTRY_CANDIDATE.JOURNEY_ID,
                        ENTRY_CANDIDATE.INTERACTION_ID)
                    .in(judged.stream().map(Candidate::row).toList()))
            .returningResult(ENTRY_CANDIDATE.INTERACTION_ID)
            .fetchSet(ENTRY_CANDIDATE.INTERACTION_ID);
    Entries.enroll(
        tx,
        admitted.stream()
            .filter(one -> settled.contains(one.interactionId()))
            .map(Candidate::entry)
            .toList(),
        now);
    return settled.size();
  }

  @Override
  public void close() {
    leases.close();
  }
}
