package sextant.kit.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/// One real PostgreSQL per JVM, stopped with it. Databases in it are cheap copies of templates.
final class EmbeddedCluster {

  private static final String OWNER = "postgres";
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final EmbeddedPostgres postgres;

  private EmbeddedCluster() {
    try {
      // Durability is not under test here; the mesh itself runs with PostgreSQL's defaults.
      postgres =
          EmbeddedPostgres.builder()
              .setServerConfig("fsync", "off")
              .setServerConfig("full_page_writes", "off")
              .setServerConfig("synchronous_commit", "off")
              .setServerConfig("max_connections", "200")
              // Not UTC on purpose: results must not depend on the session's time zone.
              .setServerConfig("timezone", "America/Los_Angeles")
              .start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
  }

  private static final class Holder {
    private static final EmbeddedCluster CLUSTER = new EmbeddedCluster();
  }

  static EmbeddedCluster get() {
    return Holder.CLUSTER;
  }

  /// A new empty database.
  String createDatabase() {
    return createDatabase("template0");
  }

  String createDatabase(String template) {
    String name = "test_" + DATABASES.incrementAndGet();
    execute("create database " + name + " template " + template);
    return name;
  }

  void dropDatabase(String name) {
    execute("drop database if exists " + name + " with (force)");
  }

  String url(String database) {
    return postgres.getJdbcUrl(OWNER, database).replaceAll("\\?.*", "");
  }

  String owner() {
    return OWNER;
  }

  private void execute(String sql) {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /// A connection of the owner. The caller closes it, or drops the database.
  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), OWNER, "");
  }

  private void stop() {
    try {
      postgres.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
