package sextant.journeys.engine;

import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;
import static sextant.journeys.jooq.Tables.ENTRY_MEMBER;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.journeys.graph.EntryRule;
import sextant.journeys.graph.Facts;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.SegmentViews;
import sextant.kit.db.Database;

/// Lets in who came into the entry segment of a journey since the last look; at the first look, who
/// is in it.
final class SegmentEntry {

  /// Each batch costs a pass over those remembered, so that large segments want large batches.
  private static final int BATCH = 10_000;

  private final Database database;
  private final SegmentViews views;
  private final CustomerFacts customers;
  private final InstantSource time;

  SegmentEntry(Database database, SegmentViews views, CustomerFacts customers, InstantSource time) {
    this.database = database;
    this.views = views;
    this.customers = customers;
    this.time = time;
  }

  int look(VersionKey journey, String segmentId, EntryRule rule) {
    forgetWhoLeft(journey, segmentId);
    int entered = 0;
    List<String> newcomers = newcomers(journey, segmentId);
    while (!newcomers.isEmpty()) {
      entered += enter(journey, newcomers, admitted(journey, newcomers, rule));
      newcomers = newcomers.size() < BATCH ? List.of() : newcomers(journey, segmentId);
    }
    return entered;
  }

  private void forgetWhoLeft(VersionKey journey, String segmentId) {
    SegmentView.read(
        database,
        views,
        journey.tenantId(),
        segmentId,
        (tx, view) ->
            tx.deleteFrom(ENTRY_MEMBER)
                .where(ENTRY_MEMBER.TENANT_ID.eq(journey.tenantId()))
                .and(ENTRY_MEMBER.JOURNEY_ID.eq(journey.journeyId()))
                .and(
                    notExists(
                        selectOne()
                            .from(view.table())
                            .where(view.customerId().eq(ENTRY_MEMBER.CUSTOMER_ID))))
                .execute());
  }

  private List<String> newcomers(VersionKey journey, String segmentId) {
    return SegmentView.read(
            database,
            views,
            journey.tenantId(),
            segmentId,
            (tx, view) ->
                tx.selectDistinct(view.customerId())
                    .from(view.table())
                    .where(DSL.length(view.customerId()).between(1, 128))
                    .and(
                        notExists(
                            selectOne()
                                .from(ENTRY_MEMBER)
                                .where(ENTRY_MEMBER.TENANT_ID.eq(journey.tenantId()))
                                .and(ENTRY_MEMBER.JOURNEY_ID.eq(journey.journeyId()))
                                .and(ENTRY_MEMBER.CUSTOMER_ID.eq(view.customerId()))))
                    .limit(BATCH)
                    .fetch(view.customerId()))
        .orElse(List.of());
  }

  private Set<String> admitted(VersionKey journey, List<String> newcomers, EntryRule rule) {
    if (rule.condition().isEmpty()) {
      return new HashSet<>(newcomers);
    }
    Map<String, Facts> facts = customers.read(journey.tenantId(), newcomers, rule.fields(), false);
    Instant now = time.instant();
    Set<String> admitted = new HashSet<>(newcomers);
    admitted.removeIf(id -> !rule.condition().get().holds(facts.get(id), now));
    return admitted;
  }

  private int enter(VersionKey journey, List<String> newcomers, Set<String> admitted) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    return Retries.ofConflicts(
        () ->
            database.inTenant(
                journey.tenantId(),
                tx ->
                    Entries.enroll(
                        tx,
                        remember(tx, journey, newcomers).stream()
                            .filter(admitted::contains)
                            .map(
                                id ->
                                    new Entries.Entry(journey.tenantId(), journey.journeyId(), id))
                            .toList(),
                        now)));
  }

  /// Those who were not remembered before: another replica may have been faster.
  private static List<String> remember(
      DSLContext tx, VersionKey journey, List<String> customerIds) {
    return tx.resultQuery(
            """
            insert into journeys.entry_member (tenant_id, customer_id, journey_id)
            select ?, customer_id, ? from unnest(?) as u (customer_id)
            order by customer_id
            on conflict do nothing
            returning customer_id
            """,
            journey.tenantId(),
            journey.journeyId(),
            customerIds.toArray(String[]::new))
        .coerce(ENTRY_MEMBER.CUSTOMER_ID)
        .fetch(ENTRY_MEMBER.CUSTOMER_ID);
  }
}
