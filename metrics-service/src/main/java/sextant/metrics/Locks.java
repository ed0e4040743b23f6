package sextant.metrics;

import org.jooq.DSLContext;

/// Named locks that last until the end of the transaction and cost no row.
public final class Locks {

  private Locks() {}

  /// Waits until nobody else holds `kind` of `name`, then holds it alone.
  public static void exclusive(DSLContext tx, String kind, String name) {
    tx.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", kind + "/" + name);
  }

  /// Holds `kind` of `name` alone, unless somebody else holds it; whether it does.
  public static boolean tryExclusive(DSLContext tx, String kind, String name) {
    return tx.fetchSingle(
            "select pg_try_advisory_xact_lock(hashtextextended(?, 0))", kind + "/" + name)
        .get(0, Boolean.class);
  }

  /// Waits until nobody holds `kind` of `name` alone, then shares it.
  public static void shared(DSLContext tx, String kind, String name) {
    tx.execute("select pg_advisory_xact_lock_shared(hashtextextended(?, 0))", kind + "/" + name);
  }
}
