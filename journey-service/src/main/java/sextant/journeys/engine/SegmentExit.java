package sextant.journeys.engine;

import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;
import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.journeys.graph.ExitRule;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.SegmentViews;
import sextant.kit.db.Database;

/// Finds enrollments that have to leave because their customer is in a segment, or is not.
final class SegmentExit {

  private static final int BATCH = 5_000;

  private final Database database;
  private final SegmentViews views;
  private final InstantSource time;

  SegmentExit(Database database, SegmentViews views, InstantSource time) {
    this.database = database;
    this.views = views;
    this.time = time;
  }

  int look(VersionKey version, Plan plan) {
    int found = 0;
    for (ExitRule rule : plan.exits()) {
      if (rule instanceof ExitRule.OnSegment segment) {
        found += look(version, segment);
      }
    }
    return found;
  }

  private int look(VersionKey version, ExitRule.OnSegment rule) {
    int found = 0;
    int last;
    do {
      last =
          Retries.ofConflicts(
              () ->
                  SegmentView.read(
                          database,
                          views,
                          version.tenantId(),
                          rule.segmentId(),
                          (tx, view) -> exit(tx, version, rule, view))
                      .orElse(0));
      found += last;
    } while (last == BATCH);
    return found;
  }

  private int exit(DSLContext tx, VersionKey version, ExitRule.OnSegment rule, SegmentView view) {
    var inside = selectOne().from(view.table()).where(view.customerId().eq(ENROLLMENT.CUSTOMER_ID));
    Condition met = rule.inside() ? exists(inside) : notExists(inside);
    List<Key> keys =
        tx.select(
                ENROLLMENT.TENANT_ID,
                ENROLLMENT.CUSTOMER_ID,
                ENROLLMENT.JOURNEY_ID,
                ENROLLMENT.ENTRY)
            .from(ENROLLMENT)
            .where(ENROLLMENT.TENANT_ID.eq(version.tenantId()))
            .and(ENROLLMENT.JOURNEY_ID.eq(version.journeyId()))
            .and(ENROLLMENT.VERSION.eq(version.version()))
            .and(EnrollmentRows.ACTIVE)
            .and(ENROLLMENT.EXIT_REASON.isNull())
            .and(met)
            .limit(BATCH)
            .fetch(row -> new Key(row.value1(), row.value2(), row.value3(), row.value4()));
    return keys.isEmpty()
        ? 0
        : Signals.exit(tx, keys, rule.inWords(), time.instant().truncatedTo(ChronoUnit.MICROS));
  }
}
