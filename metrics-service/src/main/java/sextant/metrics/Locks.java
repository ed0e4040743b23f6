package sextant.metrics;

import org.jooq.DSLContext;

/// Named locks that last until the end of the transaction and cost no row.
public final class Locks {

  private Locks() {}

  /// Waits until nobody else holds `kind` of `name`, then holds it alone.
  public static void exclusive(DSLContext tx, String kind, String name) {
    tx.execute("select pg_advisory_xact_lock(hashtextextended(?, 0))", kind + "/" + name);
  }

  /// Waits until nobody holds `kind` of `name` alone, then shares it.
  public static void shared(DSLContext tx, String kind, String name) {
    tx.execute("select pg_advisory_xact_lock_shared(hashtextextended(?, 0))", kind + "/" + name);
  }
}
