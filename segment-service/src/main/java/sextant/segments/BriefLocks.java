package sextant.segments;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import sextant.errors.v1.ErrorReason;
import sextant.kit.rpc.ApiException;

/// Runs statements that need a table or view for themselves. While such a statement waits for a
/// long read to end, every later reader queues behind it; so it waits only briefly, lets the
/// readers pass, and tries again.
public final class BriefLocks {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int WAIT_MILLIS = 200;
  private static final int PAUSE_MILLIS = 100;
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private BriefLocks() {}

  /// All of `statements` or none. `what` names the table or view to whoever has to try again.
  public static void run(DSLContext tx, String what, Consumer<DSLContext> statements) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!attempt(tx, statements)) {
      if (System.nanoTime() > deadline) {
        throw ApiException.of(
            ErrorReason.ERROR_REASON_CONFLICT,
            what + " is being read by others for too long; try again");
      }
      pause();
    }
  }

  private static boolean attempt(DSLContext tx, Consumer<DSLContext> statements) {
    try {
      // A savepoint, so that a failed attempt leaves the transaction usable.
      tx.transaction(
          nested -> {
            DSLContext inner = DSL.using(nested);
            inner.setLocal(name("lock_timeout"), inline(WAIT_MILLIS)).execute();
            statements.accept(inner);
            inner.setLocal(name("lock_timeout"), inline(0)).execute();
          });
      return true;
    } catch (DataAccessException failure) {
      if (LOCK_NOT_AVAILABLE.equals(failure.sqlState())) {
        return false;
      }
      throw failure;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS + ThreadLocalRandom.current().nextInt(PAUSE_MILLIS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a lock", interrupted);
    }
  }
}
