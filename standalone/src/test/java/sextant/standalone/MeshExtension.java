package sextant.standalone;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sextant.gateway.GatewayConfig;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;
import sextant.standalone.postgres.DatabaseAccess;

/// A whole mesh of its own for a test class: real database, all services, gateway on a free port,
/// time that stands still unless the test moves it.
public final class MeshExtension implements BeforeAllCallback, AfterAllCallback {

  /// The instant of the documents' examples.
  public static final Instant START = Instant.parse("2026-03-16T02:00:00Z");

  private final GatewayConfig.AuthMode auth;
  private final TestClock clock = new TestClock(START);
  private EmbeddedDatabase database;
  private Mesh mesh;

  private MeshExtension(GatewayConfig.AuthMode auth) {
    this.auth = auth;
  }

  /// Everybody is who they say they are.
  public static MeshExtension open() {
    return new MeshExtension(GatewayConfig.AuthMode.OPEN);
  }

  /// Callers need API keys.
  public static MeshExtension withKeys() {
    return new MeshExtension(GatewayConfig.AuthMode.KEYS);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    database = EmbeddedDatabase.migrated("mesh", empty -> start(empty).close());
    mesh = start(database);
  }

  private Mesh start(EmbeddedDatabase target) {
    return Mesh.start(
        new MeshOptions(
            "127.0.0.1",
            0,
            auth,
            new DatabaseAccess(target.url(), "postgres", ""),
            MeshKey.BYTES,
            Duration.ZERO),
        clock);
  }

  /// In the background: letting go of network threads takes seconds that no test needs to wait for.
  @Override
  public void afterAll(ExtensionContext context) {
    Mesh closing = mesh;
    EmbeddedDatabase dropped = database;
    Thread.startVirtualThread(
        () -> {
          closing.close();
          dropped.close();
        });
  }

  public TestClock clock() {
    return clock;
  }

  public EmbeddedDatabase database() {
    return database;
  }

  public Mesh mesh() {
    return mesh;
  }

  /// Sends `call` to the gateway.
  public Reply send(Call call) {
    return call.sendTo("http://127.0.0.1:" + mesh.port());
  }

  /// Removes all rows of all tenants and sets the clock back.
  public void clear() {
    clock.set(START);
    database.asOwner(
        owner -> {
          List<String> tables =
              owner
                  .fetch(
                      """
                      select quote_ident(schemaname) || '.' || quote_ident(tablename)
                      from pg_tables
                      where schemaname not in ('pg_catalog', 'information_schema')
                        and tablename <> 'flyway_schema_history'
                      """)
                  .getValues(0, String.class);
          return owner.execute("truncate " + String.join(", ", tables));
        });
  }

  /// Number of rows of `table`, past row-level security.
  public int count(String table) {
    return database.asOwner(owner -> owner.fetchCount(DSL.table(table)));
  }
}
