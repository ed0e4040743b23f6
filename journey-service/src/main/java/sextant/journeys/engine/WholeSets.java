package sextant.journeys.engine;

import java.sql.Statement;
import org.jooq.DSLContext;

/// Holds the planner to reading each side of a join once.
///
/// Who meets a condition is behind views that keep the planner from looking customers up one by
/// one. Without statistics, as in a journey that thousands have just entered, it would read such a
/// view again for each of them.
final class WholeSets {

  private WholeSets() {}

  /// For the rest of the transaction: its statements join everybody inside with a whole set.
  static void joined(DSLContext tx) {
    tx.connection(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("set local enable_nestloop = off; set local work_mem = '64MB'");
          }
        });
  }
}
