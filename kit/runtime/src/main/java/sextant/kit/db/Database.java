package sextant.kit.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.Metrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import sextant.kit.TenantId;
import sextant.kit.telemetry.Readiness;
import sextant.kit.telemetry.StatementSpans;

/// A service's database: its connection pool and its transactions. Every transaction says whose
/// rows it may see; row-level security enforces it below every statement.
public final class Database implements AutoCloseable {

  /// Matches no tenant id, so that no caller can ask for it: row-level policies let it see all.
  private static final String EVERY_TENANT = "*";

  private static final int STATEMENT_TIMEOUT_SECONDS = 60;

  private final HikariDataSource pool;
  private final DSLContext dsl;
  private final Readiness.Watch readiness;

  private Database(HikariDataSource pool) {
    this.pool = pool;
    // Statements are few and fixed; their plans and parsed forms are worth keeping.
    this.dsl =
        DSL.using(
            new DefaultConfiguration()
                .set(pool)
                .set(SQLDialect.POSTGRES)
                .set(new Settings().withRenderFormatted(false).withExecuteLogging(false))
                .set(new StatementSpans()));
    this.readiness = Readiness.watch("database", this::answers);
  }

  /// Opens the pool. Migrate first, with [Migration].
  public static Database open(DatabaseConfig config, String name) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName(name);
    hikari.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(Metrics.globalRegistry));
    hikari.setJdbcUrl(config.url());
    hikari.setUsername(config.user());
    hikari.setPassword(config.password());
    hikari.setMaximumPoolSize(config.poolSize());
    hikari.setMinimumIdle(Math.min(2, config.poolSize()));
    hikari.setConnectionTimeout(10_000);
    hikari.setAutoCommit(false);
    hikari.addDataSourceProperty("ApplicationName", "sextant-" + name);
    hikari.addDataSourceProperty("reWriteBatchedInserts", "true");
    hikari.addDataSourceProperty("tcpKeepAlive", "true");
    // Without this a rollback of a connection's first transaction would undo the settings below.
    hikari.setIsolateInternalQueries(true);
    hikari.setConnectionInitSql(
        "set statement_timeout = '" + STATEMENT_TIMEOUT_SECONDS + "s'; set time zone 'UTC'");
    return new Database(new HikariDataSource(hikari));
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
    return dsl.transactionResult(
        configuration -> {
          DSLContext tx = DSL.using(configuration);
          setTenant(tx, tenantId);
          return work.apply(tx);
        });
  }

  /// `set local`, not `set_config()`: only the former reaches the workers of a Citus cluster. The
  /// value is safe to inline because tenant ids are restricted to harmless characters.
  private static void setTenant(DSLContext tx, String tenantId) {
    tx.connection(
        (connection) -> {
          try (var statement = connection.createStatement()) {
            statement.execute("set local sextant.tenant = '" + tenantId + "'");
          }
        });
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
