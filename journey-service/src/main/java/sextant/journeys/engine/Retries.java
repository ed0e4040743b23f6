package sextant.journeys.engine;

import java.util.function.Supplier;
import org.jooq.exception.DataAccessException;

/// Repeats a transaction that lost a conflict with another one: a deadlock or a serialization
/// failure. Everybody locks in the same order, but the planner may not read in it.
public final class Retries {

  private static final int ATTEMPTS = 5;

  private Retries() {}

  public static <T> T ofConflicts(Supplier<T> transaction) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transaction.get();
      } catch (DataAccessException failure) {
        boolean lostConflict =
            failure.sqlState().equals("40P01") || failure.sqlState().equals("40001");
        if (!lostConflict || attempt == ATTEMPTS) {
          throw failure;
        }
      }
    }
  }
}
