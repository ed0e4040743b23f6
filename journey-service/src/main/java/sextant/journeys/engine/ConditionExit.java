package sextant.journeys.engine;

import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.trueCondition;
import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.journeys.graph.ExitRule;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.SegmentViews;
import sextant.kit.db.Database;

/// Finds enrollments that have to leave because an exit condition is met. Where many are inside,
/// one statement for each rule finds the suspects among them, so that the cost follows those and
/// not everybody; the facts of suspects decide.
final class ConditionExit {

  private static final Logger log = LoggerFactory.getLogger(ConditionExit.class);

  private static final int PAGE = 10_000;

  /// As many customers as can be asked about at once.
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
    Key start = new Key(version.tenantId(), "", version.journeyId(), 0);
    List<Key> few =
        database.inTenant(
            version.tenantId(), tx -> page(tx, version, trueCondition(), start, BATCH + 1));
    if (few.size() <= BATCH) {
      return few.isEmpty() ? 0 : leave(few, plan, now);
    }
    int found = 0;
    for (ExitRule rule : plan.exits()) {
      if (rule instanceof ExitRule.OnCondition(var condition)) {
        found += look(version, plan, condition, start, now);
      }
    }
    return found;
  }

  private int look(
      VersionKey version,
      Plan plan,
      sextant.journeys.graph.Condition condition,
      Key start,
      Instant now) {
    int found = 0;
    List<Key> page = page(version, condition, start, now);
    while (!page.isEmpty()) {
      for (int from = 0; from < page.size(); from += BATCH) {
        found += leave(page.subList(from, Math.min(from + BATCH, page.size())), plan, now);
      }
      page = page.size() < PAGE ? List.of() : page(version, condition, page.getLast(), now);
    }
    return found;
  }

  /// The next suspects. Everybody is one when what services publish is not there: when a segment
  /// was deleted just now, or where a service is not of this version.
  private List<Key> page(
      VersionKey version, sextant.journeys.graph.Condition condition, Key after, Instant now) {
    String tenantId = version.tenantId();
    try {
      return database.inTenant(
          tenantId,
          tx -> {
            Suspects suspects =
                new Suspects(
                    Attribute.all(tx), segment -> SegmentView.of(views, tenantId, segment), now);
            WholeSets.joined(tx);
            return page(tx, version, suspects.of(condition), after, PAGE);
          });
    } catch (DataAccessException failure) {
      if (!failure.sqlState().equals("42P01")) {
        throw failure;
      }
      log.info("asking about everybody in {}: {}", version, failure.getMessage());
      Set<String> fields = new HashSet<>();
      condition.addFieldsTo(fields);
      fields.stream()
          .filter(field -> field.startsWith(Facts.SEGMENT))
          .forEach(field -> views.forget(tenantId, field.substring(Facts.SEGMENT.length())));
      return database.inTenant(tenantId, tx -> page(tx, version, trueCondition(), after, PAGE));
    }
  }

  private static List<Key> page(
      DSLContext tx, VersionKey version, Condition which, Key after, int limit) {
    return tx.select(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
        .from(ENROLLMENT)
        .where(ENROLLMENT.TENANT_ID.eq(version.tenantId()))
        .and(ENROLLMENT.JOURNEY_ID.eq(version.journeyId()))
        .and(ENROLLMENT.VERSION.eq(version.version()))
        .and(EnrollmentRows.ACTIVE)
        .and(ENROLLMENT.EXIT_REASON.isNull())
        .and(which)
        .and(row(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY).gt(after.customerId(), after.entry()))
        .orderBy(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
        .limit(limit)
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
