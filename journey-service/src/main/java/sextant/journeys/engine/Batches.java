package sextant.journeys.engine;

import java.sql.Statement;
import org.jooq.DSLContext;

/// Holds the planner to two lookups for a batch: the rows of its customers by the primary key, then
/// a hash of those.
///
/// Statements that change a batch name its customers twice, in the join and as `= any(...)`, and
/// say `ended_at is null` for active rows, which no partial index answers. Without statistics, as
/// in the first minute of a new installation, the planner would otherwise take it that next to
/// nobody is active, and compare everybody who is with the whole batch.
final class Batches {

  private Batches() {}

  /// For the rest of the transaction.
  static void joined(DSLContext tx) {
    tx.connection(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(
                "set local enable_seqscan = off; set local enable_nestloop = off;"
                    + " set local enable_mergejoin = off; set local enable_hashjoin = on");
          }
        });
  }
}
