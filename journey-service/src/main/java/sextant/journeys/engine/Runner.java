package sextant.journeys.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.Decisions;
import sextant.kit.db.Database;

/// Moves enrollments whose time has come. Any number of runners may be at work, in any number of
/// processes: leases keep them apart, revisions keep them right.
public final class Runner implements AutoCloseable {

  /// Units in which runners share the enrollments.
  static final int BUCKETS = 64;

  private static final int BATCH = 1_000;

  private final Database database;
  private final Plans plans;
  private final Advance advance;
  private final InstantSource time;
  private final Leases leases;

  /// A batch as it was read: due enrollments that may move, with their plans, and those of paused
  /// journeys.
  private record Batch(
      List<Enrollment> due, Map<VersionKey, Plan> plans, List<Enrollment> halted) {}

  public Runner(
      Database database,
      Plans plans,
      CustomerFacts customers,
      Decisions decisions,
      InstantSource time) {
    this.database = database;
    this.plans = plans;
    this.advance = new Advance(customers, decisions);
    this.time = time;
    this.leases = new Leases(database, "step", BUCKETS);
  }

  /// Moves one batch of due enrollments. Returns how many were due.
  public int drain() {
    List<Short> buckets = new ArrayList<>(leases.held());
    if (buckets.isEmpty()) {
      return 0;
    }
    Collections.shuffle(buckets);
    Instant now = now();
    Batch batch =
        database.acrossTenants(
            tx -> {
              List<Enrollment> rows = EnrollmentRows.due(tx, buckets, now, BATCH);
              Map<Boolean, List<Enrollment>> halted = new HashMap<>();
              for (Enrollment row : rows) {
                boolean mayMove = row.journeyStatus().equals("active") || isArchived(row);
                halted.computeIfAbsent(!mayMove, _ -> new ArrayList<>()).add(row);
              }
              List<Enrollment> due = halted.getOrDefault(false, List.of());
              return new Batch(
                  due,
                  plans.load(tx, due.stream().map(Enrollment::plan).distinct().toList()),
                  halted.getOrDefault(true, List.of()));
            });
    move(batch.due(), batch.plans(), now);
    if (!batch.halted().isEmpty()) {
      database.acrossTenants(tx -> Ledger.park(tx, batch.halted()));
    }
    return batch.due().size() + batch.halted().size();
  }

  private static boolean isArchived(Enrollment row) {
    return row.journeyStatus().equals("archived");
  }

  /// Moves the active enrollments of one customer now, due or not.
  public void moveNow(String tenantId, UUID journeyId, String customerId) {
    Batch batch =
        database.inTenant(
            tenantId,
            tx -> {
              List<Enrollment> rows = EnrollmentRows.active(tx, tenantId, journeyId, customerId);
              return new Batch(
                  rows, plans.load(tx, rows.stream().map(Enrollment::plan).toList()), List.of());
            });
    move(batch.due(), batch.plans(), now());
  }

  private void move(List<Enrollment> due, Map<VersionKey, Plan> byVersion, Instant now) {
    advance.run(
        due,
        byVersion,
        now,
        moves -> {
          if (!moves.isEmpty()) {
            database.acrossTenants(tx -> Ledger.write(tx, moves, now));
          }
        });
  }

  /// PostgreSQL keeps microseconds; what is compared with what was stored must be as coarse.
  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public void close() {
    leases.close();
  }
}
