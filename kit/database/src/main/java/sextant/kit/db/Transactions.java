package sextant.kit.db;

import java.sql.Savepoint;
import org.jooq.Configuration;
import org.jooq.ConnectionProvider;
import org.jooq.Transaction;
import org.jooq.TransactionContext;
import org.jooq.TransactionProvider;
import org.jooq.impl.DefaultConnectionProvider;

/// Transactions on connections of a pool that has auto-commit off; a transaction within another is
/// a savepoint of it.
///
/// jOOQ's own provider asks the server for the isolation level each time one begins, which costs
/// every transaction of the mesh a round trip.
final class Transactions implements TransactionProvider {

  private record Nested(Savepoint savepoint) implements Transaction {}

  /// The outermost transaction: which pool its connection goes back to.
  private record Outermost(ConnectionProvider pool) implements Transaction {}

  @Override
  public void begin(TransactionContext context) {
    Configuration configuration = context.configuration();
    ConnectionProvider provider = configuration.connectionProvider();
    if (provider instanceof DefaultConnectionProvider enclosing) {
      context.transaction(new Nested(enclosing.setSavepoint()));
    } else {
      configuration.set(new DefaultConnectionProvider(provider.acquire()));
      context.transaction(new Outermost(provider));
    }
  }

  @Override
  public void commit(TransactionContext context) {
    DefaultConnectionProvider connection = connection(context);
    if (context.transaction() instanceof Nested(Savepoint savepoint)) {
      connection.releaseSavepoint(savepoint);
    } else {
      connection.commit();
      release(context);
    }
  }

  /// Also after a commit that failed, and after a begin that did, which leaves nothing to undo.
  @Override
  public void rollback(TransactionContext context) {
    if (context.transaction() instanceof Nested(Savepoint savepoint)) {
      connection(context).rollback(savepoint);
    } else if (context.transaction() instanceof Outermost) {
      try {
        connection(context).rollback();
      } finally {
        release(context);
      }
    }
  }

  private static void release(TransactionContext context) {
    Outermost outermost = (Outermost) context.transaction();
    outermost.pool().release(connection(context).acquire());
  }

  private static DefaultConnectionProvider connection(TransactionContext context) {
    return (DefaultConnectionProvider) context.configuration().connectionProvider();
  }
}
