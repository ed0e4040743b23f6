package sextant.kit.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import sextant.kit.db.DatabaseConfig;

/// A database of one test class: a copy of a template that was migrated once per JVM.
public final class EmbeddedDatabase implements AutoCloseable {

  private static final Map<String, String> TEMPLATES = new ConcurrentHashMap<>();

  private final EmbeddedCluster cluster = EmbeddedCluster.get();
  private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
  private final String name;

  private EmbeddedDatabase(String name) {
    this.name = name;
  }

  /// An empty database.
  public static EmbeddedDatabase empty() {
    return new EmbeddedDatabase(EmbeddedCluster.get().createDatabase());
  }

  /// A database to which `migrate` was applied. `key` names what `migrate` does, so that it runs
  /// once per JVM.
  public static EmbeddedDatabase migrated(String key, Consumer<EmbeddedDatabase> migrate) {
    String template =
        TEMPLATES.computeIfAbsent(
            key,
            absent -> {
              EmbeddedDatabase fresh = empty();
              migrate.accept(fresh);
              // A template is copied while nobody is connected to it.
              fresh.disconnect();
              return fresh.name;
            });
    return new EmbeddedDatabase(EmbeddedCluster.get().createDatabase(template));
  }

  /// How a service logs in here: `role` without a password, the owner for migrations.
  public DatabaseConfig config(String role) {
    return new DatabaseConfig(url(), role, "", cluster.owner(), "", 8);
  }

  public String url() {
    return cluster.url(name);
  }

  /// Reads or prepares rows as the owner, past row-level security: for oracles and fixtures.
  public <T> T asOwner(Function<DSLContext, T> work) {
    try {
      Connection connection = idle.poll();
      if (connection == null) {
        connection = cluster.connect(name);
      }
      T result;
      try {
        result = work.apply(DSL.using(connection, SQLDialect.POSTGRES));
      } catch (RuntimeException | Error failure) {
        connection.close();
        throw failure;
      }
      // Connecting takes longer than most of the work; what the work set must not outlive it.
      try (Statement reset = connection.createStatement()) {
        reset.execute("discard all");
      }
      idle.add(connection);
      return result;
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    disconnect();
    cluster.dropDatabase(name);
  }

  private void disconnect() {
    for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
      try {
        connection.close();
      } catch (SQLException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
