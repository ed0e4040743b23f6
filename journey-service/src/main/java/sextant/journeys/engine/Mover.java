package sextant.journeys.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import sextant.journeys.graph.Plan;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.Decisions;
import sextant.kit.db.Database;

/// Moves enrollments that were read, and writes what came of it.
public final class Mover {

  private final Database database;
  private final Plans plans;
  private final Advance advance;
  private final InstantSource time;

  public Mover(
      Database database,
      Plans plans,
      CustomerFacts customers,
      Decisions decisions,
      InstantSource time) {
    this.database = database;
    this.plans = plans;
    this.advance = new Advance(customers, decisions);
    this.time = time;
  }

  /// PostgreSQL keeps microseconds; what is compared with what was stored must be as coarse.
  Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }

  void move(List<Enrollment> due, Map<VersionKey, Plan> byVersion, Instant now) {
    advance.run(
        due,
        byVersion,
        now,
        moves -> {
          if (!moves.isEmpty()) {
            Retries.ofConflicts(() -> database.acrossTenants(tx -> Ledger.write(tx, moves, now)));
          }
        });
  }

  /// Whether a row that is due then has been set aside until its journey is resumed.
  public static boolean isParked(Instant dueAt) {
    return dueAt.equals(Ledger.PARKED);
  }

  /// Sends the customer out of the journey, now. Returns how many enrollments that ended; none when
  /// the customer is not inside.
  public int cancel(String tenantId, UUID journeyId, String customerId, String reason) {
    Instant now = now();
    int woken =
        Retries.ofConflicts(
            () ->
                database.inTenant(
                    tenantId,
                    tx ->
                        Signals.exit(
                            tx,
                            EnrollmentRows.active(tx, tenantId, journeyId, customerId).stream()
                                .map(Enrollment::key)
                                .toList(),
                            reason,
                            now)));
    if (woken > 0) {
      List<Enrollment> rows =
          database.inTenant(
              tenantId, tx -> EnrollmentRows.active(tx, tenantId, journeyId, customerId));
      Map<VersionKey, Plan> byVersion =
          database.inTenant(
              tenantId, tx -> plans.load(tx, rows.stream().map(Enrollment::plan).toList()));
      move(rows, byVersion, now);
    }
    return woken;
  }
}
