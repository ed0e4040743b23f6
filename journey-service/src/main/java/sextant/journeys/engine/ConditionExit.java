package sextant.journeys.engine;

import static org.jooq.impl.DSL.row;
import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.CustomerFacts;
import sextant.kit.db.Database;

/// Finds enrollments that have to leave because an exit condition is met. Reads the facts of
/// everybody inside, which is what such a rule costs; whoever takes a step is asked anyway.
final class ConditionExit {

  private static final int BATCH = 1_000;

  private final Database database;
  private final CustomerFacts customers;
  private final InstantSource time;

  ConditionExit(Database database, CustomerFacts customers, InstantSource time) {
    this.database = database;
    this.customers = customers;
    this.time = time;
  }

  int look(VersionKey version, Plan plan) {
    int found = 0;
    List<Key> page = page(version, new Key(version.tenantId(), "", version.journeyId(), 0));
    while (!page.isEmpty()) {
      found += leave(page, plan);
      page = page.size() < BATCH ? List.of() : page(version, page.getLast());
    }
    return found;
  }

  private List<Key> page(VersionKey version, Key after) {
    return database.inTenant(
        version.tenantId(),
        tx ->
            tx.select(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
                .from(ENROLLMENT)
                .where(ENROLLMENT.TENANT_ID.eq(version.tenantId()))
                .and(ENROLLMENT.JOURNEY_ID.eq(version.journeyId()))
                .and(ENROLLMENT.VERSION.eq(version.version()))
                .and(ENROLLMENT.STATE.eq("active"))
                .and(ENROLLMENT.EXIT_REASON.isNull())
                .and(
                    row(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
                        .gt(after.customerId(), after.entry()))
                .orderBy(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
                .limit(BATCH)
                .fetch(
                    found ->
                        new Key(
                            version.tenantId(),
                            found.value1(),
                            version.journeyId(),
                            found.value2())));
  }

  private int leave(List<Key> page, Plan plan) {
    String tenantId = page.getFirst().tenantId();
    Map<String, Facts> facts =
        customers.read(
            tenantId,
            page.stream().map(Key::customerId).distinct().toList(),
            plan.exitFields(),
            false);
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    List<Key> leaving =
        page.stream()
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
