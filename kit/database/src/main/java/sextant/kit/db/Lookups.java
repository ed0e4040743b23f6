package sextant.kit.db;

import java.sql.Statement;
import org.jooq.DSLContext;

/// Holds the planner to indexes.
///
/// Prepared statements keep their plan for as long as nobody analyzes the table. One made while a
/// table was still empty reads all of it, again and again while it grows by thousands of rows a
/// second, and so makes a new installation, or one that was just emptied, slower than an old one.
public final class Lookups {

  private Lookups() {}

  /// For the rest of the transaction: all of its statements find rows by keys, a batch at most.
  public static void byKey(DSLContext tx) {
    tx.connection(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(
                "set local enable_seqscan = off; set local enable_hashjoin = off;"
                    + " set local enable_mergejoin = off");
          }
        });
  }
}
