package sextant.journeys.engine;

import static org.jooq.impl.DSL.row;
import static sextant.journeys.jooq.Tables.CONSUMED_EVENT;
import static sextant.journeys.jooq.Tables.DELIVERY;
import static sextant.journeys.jooq.Tables.ENROLLMENT;
import static sextant.journeys.jooq.Tables.ENTRY_MEMBER;
import static sextant.journeys.jooq.Tables.JOURNEY;
import static sextant.journeys.jooq.Tables.JOURNEY_VERSION;
import static sextant.journeys.jooq.Tables.NODE_COUNT;
import static sextant.journeys.jooq.Tables.STEP;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;

/// What a change of a journey's status means for the thousands inside, done in small transactions:
/// resumed ones wake, those of an archived journey are sent out, a deleted one is purged. The order
/// to do so stands in the journey's row until it is done to the end.
public final class Sweeper implements AutoCloseable {

  private static final int CHUNK = 2_000;

  /// The feed does not repeat an event later than this.
  private static final Duration EVENTS_KEPT = Duration.ofDays(3);

  private record Order(String tenantId, UUID journeyId, String sweep, int revision) {}

  private record Row(String customerId, int entry, UUID enrollmentId) {}

  private final Database database;
  private final InstantSource time;
  private final Leases leases;

  public Sweeper(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
    this.leases = new Leases(database, "sweep", 1);
  }

  /// Carries out every standing order. Returns how many rows it changed.
  public int drain() {
    if (leases.held().isEmpty()) {
      return 0;
    }
    int changed = forgetOldEvents();
    for (Order order : database.acrossTenants(Sweeper::orders)) {
      changed += sweep(order);
    }
    return changed;
  }

  private static List<Order> orders(DSLContext tx) {
    return tx.select(JOURNEY.TENANT_ID, JOURNEY.JOURNEY_ID, JOURNEY.SWEEP, JOURNEY.REVISION)
        .from(JOURNEY)
        .where(JOURNEY.SWEEP.isNotNull())
        .fetch(row -> new Order(row.value1(), row.value2(), row.value3(), row.value4()));
  }

  private int sweep(Order order) {
    int changed = 0;
    Row after = new Row("", 0, new UUID(0, 0));
    List<Row> chunk = chunk(order, after);
    while (!chunk.isEmpty()) {
      List<Row> rows = chunk;
      changed +=
          Retries.ofConflicts(
              () -> database.inTenant(order.tenantId(), tx -> apply(tx, order, rows)));
      chunk = chunk.size() < CHUNK ? List.of() : chunk(order, chunk.getLast());
    }
    finish(order);
    return changed;
  }

  private List<Row> chunk(Order order, Row after) {
    Condition which =
        switch (order.sweep()) {
          case "resume" -> EnrollmentRows.ACTIVE.and(ENROLLMENT.DUE_AT.eq(Ledger.PARKED));
          case "exit" -> EnrollmentRows.ACTIVE.and(ENROLLMENT.EXIT_REASON.isNull());
          default -> DSL.noCondition();
        };
    return database.inTenant(
        order.tenantId(),
        tx ->
            tx.select(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY, ENROLLMENT.ENROLLMENT_ID)
                .from(ENROLLMENT)
                .where(ENROLLMENT.TENANT_ID.eq(order.tenantId()))
                .and(ENROLLMENT.JOURNEY_ID.eq(order.journeyId()))
                .and(which)
                .and(
                    row(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
                        .gt(after.customerId(), after.entry()))
                .orderBy(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
                .limit(CHUNK)
                .fetch(row -> new Row(row.value1(), row.value2(), row.value3())));
  }

  private int apply(DSLContext tx, Order order, List<Row> rows) {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    List<Key> keys =
        rows.stream()
            .map(row -> new Key(order.tenantId(), row.customerId(), order.journeyId(), row.entry()))
            .toList();
    return switch (order.sweep()) {
      case "resume" -> Signals.wake(tx, keys, now);
      case "exit" -> Signals.exit(tx, keys, "journey archived", now);
      default -> purge(tx, order, rows);
    };
  }

  private static int purge(DSLContext tx, Order order, List<Row> rows) {
    var enrollments = rows.stream().map(row -> row(row.customerId(), row.enrollmentId())).toList();
    tx.deleteFrom(STEP)
        .where(STEP.TENANT_ID.eq(order.tenantId()))
        .and(row(STEP.CUSTOMER_ID, STEP.ENROLLMENT_ID).in(enrollments))
        .execute();
    tx.deleteFrom(DELIVERY)
        .where(DELIVERY.TENANT_ID.eq(order.tenantId()))
        .and(row(DELIVERY.CUSTOMER_ID, DELIVERY.ENROLLMENT_ID).in(enrollments))
        .execute();
    return tx.deleteFrom(ENROLLMENT)
        .where(ENROLLMENT.TENANT_ID.eq(order.tenantId()))
        .and(ENROLLMENT.JOURNEY_ID.eq(order.journeyId()))
        .and(
            row(ENROLLMENT.CUSTOMER_ID, ENROLLMENT.ENTRY)
                .in(rows.stream().map(row -> row(row.customerId(), row.entry())).toList()))
        .execute();
  }

  /// Crosses the order off, unless the journey was changed again in the meantime.
  private void finish(Order order) {
    database.inTenant(
        order.tenantId(),
        tx -> {
          Condition unchanged =
              JOURNEY
                  .TENANT_ID
                  .eq(order.tenantId())
                  .and(JOURNEY.JOURNEY_ID.eq(order.journeyId()))
                  .and(JOURNEY.REVISION.eq(order.revision()));
          if (!order.sweep().equals("purge")) {
            return tx.update(JOURNEY).setNull(JOURNEY.SWEEP).where(unchanged).execute();
          }
          tx.deleteFrom(ENTRY_MEMBER)
              .where(ENTRY_MEMBER.TENANT_ID.eq(order.tenantId()))
              .and(ENTRY_MEMBER.JOURNEY_ID.eq(order.journeyId()))
              .execute();
          tx.deleteFrom(NODE_COUNT)
              .where(NODE_COUNT.TENANT_ID.eq(order.tenantId()))
              .and(NODE_COUNT.JOURNEY_ID.eq(order.journeyId()))
              .execute();
          tx.deleteFrom(JOURNEY_VERSION)
              .where(JOURNEY_VERSION.TENANT_ID.eq(order.tenantId()))
              .and(JOURNEY_VERSION.JOURNEY_ID.eq(order.journeyId()))
              .execute();
          return tx.deleteFrom(JOURNEY).where(unchanged).execute();
        });
  }

  private int forgetOldEvents() {
    Instant before = time.instant().minus(EVENTS_KEPT);
    return database.acrossTenants(
        tx ->
            tx.deleteFrom(CONSUMED_EVENT)
                .where(CONSUMED_EVENT.CONSUMED_AT.lt(before))
                .limit(CHUNK)
                .execute());
  }

  @Override
  public void close() {
    leases.close();
  }
}
