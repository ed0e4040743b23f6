package sextant.standalone;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sextant.gateway.GatewayConfig;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;
import sextant.standalone.postgres.DatabaseAccess;

/// A whole mesh for a test class: real database, all services, gateway on a free port, time that
/// stands still unless the test moves it. It is empty at first; classes that run one after the
/// other in a JVM take turns with the same mesh, because starting one takes seconds.
public final class MeshExtension implements BeforeAllCallback {

  /// The instant of the documents' examples.
  public static final Instant START = Instant.parse("2026-03-16T02:00:00Z");

  private static final Map<GatewayConfig.AuthMode, MeshExtension> STARTED =
      new EnumMap<>(GatewayConfig.AuthMode.class);

  private final TestClock clock = new TestClock(START);
  private final EmbeddedDatabase database = EmbeddedDatabase.empty();
  private final Mesh mesh;

  private MeshExtension(GatewayConfig.AuthMode auth) {
    mesh =
        Mesh.start(
            new MeshOptions(
                "127.0.0.1",
                0,
                auth,
                new DatabaseAccess(database.url(), "postgres", ""),
                MeshKey.BYTES,
                Duration.ZERO),
            clock);
  }

  /// Everybody is who they say they are.
  public static MeshExtension open() {
    return STARTED.computeIfAbsent(GatewayConfig.AuthMode.OPEN, MeshExtension::new);
  }

  /// Callers need API keys.
  public static MeshExtension withKeys() {
    return STARTED.computeIfAbsent(GatewayConfig.AuthMode.KEYS, MeshExtension::new);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    clear();
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

  /// Does all background work that is due.
  public void drain() {
    mesh.drain();
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
                      select quote_ident(table_schema) || '.' || quote_ident(table_name)
                      from information_schema.columns
                      join information_schema.tables using (table_schema, table_name)
                      where column_name = 'tenant_id' and table_type = 'BASE TABLE'
                      """)
                  .getValues(0, String.class);
          return owner.execute("truncate " + String.join(", ", tables));
        });
  }

  /// Lets commands find this mesh as they find one that `up` started.
  void leaveRunFile() {
    Path data = Folders.createPrivate(Folders.dataHome().resolve("test"));
    Path key = data.resolve("mesh.key");
    Folders.writePrivate(key, new String(MeshKey.BYTES, StandardCharsets.UTF_8));
    new RunFile(ProcessHandle.current().pid(), "http://localhost", mesh.grpcTargets(), data, key)
        .write(mesh.port());
  }

  /// Number of rows of `table`, past row-level security.
  public int count(String table) {
    return database.asOwner(owner -> owner.fetchCount(DSL.table(table)));
  }
}
