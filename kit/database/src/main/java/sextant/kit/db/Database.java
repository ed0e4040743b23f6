package sextant.kit.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.grpc.Context;
import io.grpc.Deadline;
import io.micrometer.core.instrument.Metrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.kit.TenantId;
import sextant.kit.telemetry.Readiness;
import sextant.kit.telemetry.StatementSpans;

/// A service's database: its connection pool and its transactions. Every transaction says whose
/// rows it may see; row-level security enforces it below every statement. What a gRPC call does
/// ends when the call does: at its deadline, or when its client goes away.
public final class Database implements AutoCloseable {

  /// Matches no tenant id, so that no caller can ask for it: row-level policies let it see all.
  private static final String EVERY_TENANT = "*";

  private static final int STATEMENT_TIMEOUT_SECONDS = 60;

  /// Waiting longer for a connection only makes the queue longer.
  private static final int CONNECTION_TIMEOUT_MILLIS = 5_000;

  /// A server that came up with this process may take a while longer.
  private static final int START_TIMEOUT_MILLIS = 60_000;

  /// No answer for so long, beyond the longest statement, means that there is no server any more.
  private static final int SOCKET_TIMEOUT_SECONDS = 300;

  private static final int CANCEL_AGAIN_MILLIS = 200;

  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private final HikariDataSource pool;
  private final DSLContext dsl;
  private final Readiness.Watch readiness;
  private final String schema;

  /// The transaction of a [KeyedCall], which all that the call does is part of.
  private final ScopedValue<DSLContext> enclosing = ScopedValue.newInstance();

  private Database(HikariDataSource pool, String schema) {
    this.pool = pool;
    this.schema = schema;
    // Statements are few and fixed; their plans and parsed forms are worth keeping.
    this.dsl =
        DSL.using(
            new DefaultConfiguration()
                .set(pool)
                .set(new Transactions())
                .set(SQLDialect.POSTGRES)
                .set(new Settings().withRenderFormatted(false).withExecuteLogging(false))
                .set(new StatementSpans()));
    this.readiness = Readiness.watch("database", this::answers);
  }

  /// Opens the pool. Migrate first, with [Migration]. `schema`: the service's own.
  public static Database open(DatabaseConfig config, String schema) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName(schema);
    hikari.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(Metrics.globalRegistry));
    hikari.setJdbcUrl(config.url());
    hikari.setUsername(config.user());
    hikari.setPassword(config.password());
    hikari.setMaximumPoolSize(config.poolSize());
    hikari.setMinimumIdle(Math.min(2, config.poolSize()));
    hikari.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
    hikari.setValidationTimeout(CONNECTION_TIMEOUT_MILLIS / 2);
    hikari.setInitializationFailTimeout(START_TIMEOUT_MILLIS);
    hikari.setAutoCommit(false);
    hikari.addDataSourceProperty("ApplicationName", "sextant-" + schema);
    hikari.addDataSourceProperty("reWriteBatchedInserts", "true");
    hikari.addDataSourceProperty("tcpKeepAlive", "true");
    hikari.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_TIMEOUT_SECONDS));
    hikari.addDataSourceProperty("connectTimeout", "5");
    hikari.addDataSourceProperty("cancelSignalTimeout", "2");
    // Without this a rollback of a connection's first transaction would undo the settings below.
    hikari.setIsolateInternalQueries(true);
    hikari.setConnectionInitSql(
        "set statement_timeout = '" + STATEMENT_TIMEOUT_SECONDS + "s'; set time zone 'UTC'");
    return new Database(new HikariDataSource(hikari), schema);
  }

  /// One transaction that sees the rows of one tenant.
  public <T> T inTenant(String tenantId, Function<DSLContext, T> work) {
    if (!TenantId.isValid(tenantId)) {
      throw new IllegalArgumentException("not a tenant id: " + tenantId);
    }
    return inTransaction(tenantId, work);
  }

  /// One transaction that sees the rows of all tenants, for background work.
  public <T> T acrossTenants(Function<DSLContext, T> work) {
    return inTransaction(EVERY_TENANT, work);
  }

  /// Narrows the rest of a transaction to one tenant.
  public static void scope(DSLContext tx, String tenantId) {
    if (!TenantId.isValid(tenantId)) {
      throw new IllegalArgumentException("not a tenant id: " + tenantId);
    }
    setTenant(tx, tenantId);
  }

  private <T> T inTransaction(String tenantId, Function<DSLContext, T> work) {
    Context call = Context.current();
    if (call.isCancelled()) {
      throw new AbandonedException();
    }
    if (enclosing.isBound()) {
      return enclosing
          .get()
          .transactionResult(
              configuration -> {
                DSLContext tx = DSL.using(configuration);
                setTenant(tx, tenantId);
                return work.apply(tx);
              });
    }
    return dsl.transactionResult(
        configuration -> {
          DSLContext tx = DSL.using(configuration);
          begin(tx, tenantId, call.getDeadline());
          return tx.connectionResult(
              connection -> {
                try (Cancellation _ = new Cancellation(connection, call)) {
                  return work.apply(tx);
                }
              });
        });
  }

  /// One transaction around `work` and around every transaction that it makes in this thread.
  <T> T enclosing(String tenantId, Function<DSLContext, T> work) {
    return inTenant(tenantId, tx -> ScopedValue.where(enclosing, tx).call(() -> work.apply(tx)));
  }

  String schema() {
    return schema;
  }

  /// No statement may outlast the call. Both settings in one round trip.
  private static void begin(DSLContext tx, String tenantId, Deadline deadline) {
    long left = deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.MILLISECONDS);
    if (left >= TimeUnit.SECONDS.toMillis(STATEMENT_TIMEOUT_SECONDS)) {
      setTenant(tx, tenantId);
    } else {
      execute(tx, tenantSetting(tenantId) + "; set local statement_timeout = " + Math.max(1, left));
    }
  }

  /// `set local`, not `set_config()`: only the former reaches the workers of a Citus cluster. The
  /// value is safe to inline because tenant ids are restricted to harmless characters.
  private static void setTenant(DSLContext tx, String tenantId) {
    execute(tx, tenantSetting(tenantId));
  }

  private static String tenantSetting(String tenantId) {
    return "set local sextant.tenant = '" + tenantId + "'";
  }

  private static void execute(DSLContext tx, String settings) {
    tx.connection(
        connection -> {
          try (var statement = connection.createStatement()) {
            statement.execute(settings);
          }
        });
  }

  /// Thrown instead of beginning what nobody waits for.
  public static final class AbandonedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AbandonedException() {
      super("the call was cancelled", null, false, false);
    }
  }

  /// Stops the statement that runs on a connection when its call ends early; again and again until
  /// the transaction is over, because the first time may fall between two statements.
  private static final class Cancellation implements AutoCloseable {

    private final PGConnection connection;
    private final Context call;
    private final Context.CancellationListener listener = _ -> stop();
    private boolean over;

    Cancellation(Connection connection, Context call) throws SQLException {
      this.connection = connection.unwrap(PGConnection.class);
      this.call = call;
      call.addListener(listener, stop -> Thread.ofVirtual().name("cancel-statement").start(stop));
    }

    private synchronized void stop() {
      try {
        while (!over) {
          connection.cancelQuery();
          wait(CANCEL_AGAIN_MILLIS);
        }
      } catch (SQLException unreachable) {
        log.warn("a statement cannot be cancelled: {}", unreachable.toString());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      call.removeListener(listener);
      synchronized (this) {
        over = true;
        notifyAll();
      }
    }
  }

  private boolean answers() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(1);
    } catch (SQLException outOfReach) {
      return false;
    }
  }

  @Override
  public void close() {
    readiness.close();
    pool.close();
  }
}
