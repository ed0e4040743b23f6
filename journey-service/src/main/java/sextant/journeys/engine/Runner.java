package sextant.journeys.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import sextant.journeys.graph.Plan;
import sextant.kit.db.Database;
import sextant.kit.db.Lookups;

/// Moves enrollments whose time has come. Any number of runners may be at work, in any number of
/// processes: leases keep processes apart, parts the runners of one process, and revisions keep all
/// of them right.
public final class Runner {

  /// Units in which runners share the enrollments.
  public static final int BUCKETS = 64;

  private static final int BATCH = 1_000;

  private final Database database;
  private final Plans plans;
  private final Mover mover;
  private final Leases leases;
  private final int part;
  private final int parts;

  /// A batch as it was read: due enrollments that may move, with their plans, and those of paused
  /// journeys.
  private record Batch(
      List<Enrollment> due, Map<VersionKey, Plan> plans, List<Enrollment> halted) {}

  /// `part`: which of the `parts` runners, from 0, that share the buckets of `leases`.
  public Runner(Database database, Plans plans, Mover mover, Leases leases, int part, int parts) {
    this.database = database;
    this.plans = plans;
    this.mover = mover;
    this.leases = leases;
    this.part = part;
    this.parts = parts;
  }

  /// Moves one batch of due enrollments. Returns how many were due.
  public int drain() {
    List<Short> buckets = new ArrayList<>(leases.held());
    buckets.removeIf(bucket -> bucket % parts != part);
    if (buckets.isEmpty()) {
      return 0;
    }
    Collections.shuffle(buckets);
    Instant now = mover.now();
    Batch batch = database.acrossTenants(tx -> read(tx, buckets, now));
    mover.move(batch.due(), batch.plans(), now);
    if (!batch.halted().isEmpty()) {
      database.acrossTenants(tx -> Ledger.park(tx, batch.halted()));
    }
    return batch.due().size() + batch.halted().size();
  }

  private Batch read(DSLContext tx, List<Short> buckets, Instant now) {
    Lookups.byKey(tx);
    List<Enrollment> due = new ArrayList<>();
    List<Enrollment> halted = new ArrayList<>();
    for (Enrollment row : EnrollmentRows.due(tx, buckets, now, BATCH)) {
      (row.mayMove() ? due : halted).add(row);
    }
    return new Batch(
        due, plans.load(tx, due.stream().map(Enrollment::plan).distinct().toList()), halted);
  }
}
