package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.LEASE;
import static sextant.journeys.jooq.Tables.WORKER;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.kit.db.Database;

/// A worker's share of the buckets of some purpose: all workers that are alive share them evenly, a
/// dead worker's lapse. It only saves double work; what must not happen twice has guards of its
/// own.
///
/// Time is the database's, so that a replica whose clock is off cannot keep or steal buckets.
public final class Leases implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  private static final int SECONDS = 3;
  private static final Duration REFRESH = Duration.ofMillis(800);

  private static final Field<Instant> NOW =
      DSL.field("clock_timestamp()", LEASE.UNTIL.getDataType());
  private static final Field<Instant> LAPSE =
      DSL.field(
          "clock_timestamp() + interval '" + SECONDS + " seconds'", LEASE.UNTIL.getDataType());

  private final Database database;
  private final String purpose;
  private final int buckets;
  private final UUID owner = UUID.randomUUID();

  private List<Short> held = List.of();
  private long refreshedAt;
  private boolean fresh;

  public Leases(Database database, String purpose, int buckets) {
    this.database = database;
    this.purpose = purpose;
    this.buckets = buckets;
  }

  /// The buckets to look after, now.
  public synchronized List<Short> held() {
    long now = System.nanoTime();
    if (!fresh || now - refreshedAt > REFRESH.toNanos()) {
      held = database.acrossTenants(this::refresh);
      refreshedAt = now;
      fresh = true;
    }
    return held;
  }

  private List<Short> refresh(DSLContext tx) {
    tx.insertInto(WORKER, WORKER.PURPOSE, WORKER.OWNER, WORKER.UNTIL)
        .values(DSL.val(purpose), DSL.val(owner), LAPSE)
        .onConflict(WORKER.PURPOSE, WORKER.OWNER)
        .doUpdate()
        .set(WORKER.UNTIL, LAPSE)
        .execute();
    tx.deleteFrom(WORKER).where(WORKER.PURPOSE.eq(purpose)).and(WORKER.UNTIL.lt(NOW)).execute();
    int workers = tx.fetchCount(WORKER, WORKER.PURPOSE.eq(purpose));
    int share = Math.ceilDiv(buckets, workers);
    List<Short> own = renew(tx);
    if (own.size() > share) {
      release(tx, own.subList(share, own.size()));
      return List.copyOf(own.subList(0, share));
    }
    return own.size() < share ? claim(tx, share - own.size()) : own;
  }

  private List<Short> renew(DSLContext tx) {
    return tx.update(LEASE)
        .set(LEASE.UNTIL, LAPSE)
        .where(LEASE.PURPOSE.eq(purpose))
        .and(LEASE.OWNER.eq(owner))
        .returningResult(LEASE.BUCKET)
        .fetch(LEASE.BUCKET);
  }

  private void release(DSLContext tx, List<Short> surplus) {
    tx.update(LEASE)
        .setNull(LEASE.OWNER)
        .where(LEASE.PURPOSE.eq(purpose))
        .and(LEASE.OWNER.eq(owner))
        .and(LEASE.BUCKET.in(surplus))
        .execute();
  }

  private List<Short> claim(DSLContext tx, int missing) {
    // The first worker ever makes the buckets.
    tx.insertInto(LEASE, LEASE.PURPOSE, LEASE.BUCKET, LEASE.UNTIL)
        .select(
            DSL.select(
                    DSL.val(purpose),
                    DSL.field("bucket::smallint", LEASE.BUCKET.getDataType()),
                    NOW)
                .from("generate_series(0, {0}) as bucket", DSL.val(buckets - 1)))
        .onConflictDoNothing()
        .execute();
    tx.update(LEASE)
        .set(LEASE.OWNER, owner)
        .set(LEASE.UNTIL, LAPSE)
        .where(LEASE.PURPOSE.eq(purpose))
        .and(
            LEASE.BUCKET.in(
                DSL.select(LEASE.BUCKET)
                    .from(LEASE)
                    .where(LEASE.PURPOSE.eq(purpose))
                    .and(LEASE.OWNER.isNull().or(LEASE.UNTIL.lt(NOW)))
                    .orderBy(LEASE.BUCKET)
                    .limit(missing)
                    .forUpdate()))
        // Somebody else may have been faster.
        .and(LEASE.OWNER.isNull().or(LEASE.UNTIL.lt(NOW)))
        .execute();
    return renew(tx);
  }

  /// Lets go of everything, so that others need not wait for it to lapse.
  @Override
  public synchronized void close() {
    held = List.of();
    fresh = true;
    refreshedAt = System.nanoTime();
    try {
      database.acrossTenants(
          tx -> {
            tx.update(LEASE).setNull(LEASE.OWNER).where(LEASE.OWNER.eq(owner)).execute();
            return tx.deleteFrom(WORKER).where(WORKER.OWNER.eq(owner)).execute();
          });
    } catch (DataAccessException failure) {
      log.info("leases for {} are left to lapse: {}", purpose, failure.getMessage());
    }
  }
}
