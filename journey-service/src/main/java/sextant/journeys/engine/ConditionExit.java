package sextant.journeys.engine;

import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.trueCondition;
import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.graph.ExitRule;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.SegmentViews;
import sextant.kit.db.Database;

/// Finds enrollments that have to leave because an exit condition is met. One statement finds the
/// suspects among all that are inside, so that the cost follows those and not everybody; the facts
/// of suspects decide.
final class ConditionExit {

  private static final Logger log = LoggerFactory.getLogger(ConditionExit.class);

  private static final int PAGE = 10_000;
  private static final int BATCH = 1_000;

  private final Database database;
  private final SegmentViews views;
  private final CustomerFacts customers;
  private final InstantSource time;

  ConditionExit(
      Database database, SegmentViews views, CustomerFacts customers, InstantSource time) {
    this.database = database;
    this.views = views;
    this.customers = customers;
    this.time = time;
  }

  int look(VersionKey version, Plan plan) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    int found = 0;
    List<Key> page =
        page(version, plan, new Key(version.tenantId(), "", version.journeyId(), 0), now);
    while (!page.isEmpty()) {
      for (int from = 0; from < page.size(); from += BATCH) {
        found += leave(page.subList(from, Math.min(from + BATCH, page.size())), plan, now);
      }
      page = page.size() < PAGE ? List.of() : page(version, plan, page.getLast(), now);
    }
    return found;
  }

  /// The next suspects. Everybody is one when what services publish is not there: when a segment
  /// was deleted just now, or where a service is not of this version.
  private List<Key> page(VersionKey version, Plan plan, Key after, Instant now) {
    try {
      return database.inTenant(
          version.tenantId(), tx -> page(tx, version, suspects(tx, version, plan, now), after));
    } catch (DataAccessException failure) {
      if (!failure.sqlState().equals("42P01")) {
        throw failure;
      }
      log.info("reading the facts of everybody in {}: {}", version, failure.getMessage());
      plan.exitFields().stream()
          .filter(field -> field.startsWith(Facts.SEGMENT))
          .forEach(
              field -> views.forget(version.tenantId(), field.substring(Facts.SEGMENT.length())));
      return database.inTenant(version.tenantId(), tx -> page(tx, version, trueCondition(), after));
    }
  }

  private Condition suspects(DSLContext tx, VersionKey version, Plan plan, Instant now) {
    Suspects suspects =
        new Suspects(
            Attribute.all(tx), segment -> SegmentView.of(views, version.tenantId(), segment), now);
    return DSL.or(
        plan.exits().stream()
            .filter(ExitRule.OnCondition.class::isInstance)
            .map(rule -> suspects.of(((ExitRule.OnCondition) rule).condition()))
            .toList());
  }

  private static List<Key> page(DSLContext tx, VersionKey version, Condition suspects, Key after) {
    return tx.select(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
        .from(ENROLLMENT)
        .where(ENROLLMENT.TENANT_ID.eq(version.tenantId()))
        .and(ENROLLMENT.JOURNEY_ID.eq(version.journeyId()))
        .and(ENROLLMENT.VERSION.eq(version.version()))
        .and(ENROLLMENT.STATE.eq("active"))
        .and(ENROLLMENT.EXIT_REASON.isNull())
        .and(suspects)
        .and(row(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY).gt(after.customerId(), after.entry()))
        .orderBy(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
        .limit(PAGE)
        .fetch(
            found ->
                new Key(version.tenantId(), found.value1(), version.journeyId(), found.value2()));
  }

  private int leave(List<Key> suspects, Plan plan, Instant now) {
    String tenantId = suspects.getFirst().tenantId();
    Map<String, Facts> facts =
        customers.read(
            tenantId,
            suspects.stream().map(Key::customerId).distinct().toList(),
            plan.exitFields(),
            false);
    List<Key> leaving =
        suspects.stream()
            .filter(key -> plan.exitBy(facts.get(key.customerId()), now).isPresent())
            .toList();
    return leaving.isEmpty()
        ? 0
        : Retries.ofConflicts(
            () ->
                database.inTenant(
                    tenantId, tx -> Signals.exit(tx, leaving, "exit rule: condition met", now)));
  }
}
