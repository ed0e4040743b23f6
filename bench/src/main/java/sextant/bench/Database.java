package sextant.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sextant.kit.db.DatabaseConfig;
import sextant.standalone.postgres.DatabaseAccess;

/// A new PostgreSQL server with default durability and a gigabyte of shared buffers, gone when
/// closed. Services and baselines share it.
final class Database implements AutoCloseable {

  static final String OWNER = "postgres";
  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

  private final EmbeddedPostgres postgres;
  private final Connection owner;

  private Database(EmbeddedPostgres postgres) throws SQLException {
    this.postgres = postgres;
    this.owner = DriverManager.getConnection(url(), OWNER, "");
  }

  static Database start() throws IOException, SQLException {
    return new Database(
        EmbeddedPostgres.builder()
            // The library turns durability off unless told.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("max_connections", "200")
            .setServerConfig("shared_buffers", "1GB")
            .setServerConfig("max_wal_size", "8GB")
            // To know when a row was there for others, not only when it was written.
            .setServerConfig("track_commit_timestamp", "on")
            .start());
  }

  String url() {
    return postgres.getJdbcUrl(OWNER, "postgres").replaceAll("\\?.*", "");
  }

  /// How a service with this role logs in.
  DatabaseConfig config(String role) {
    return new DatabaseConfig(url(), role, "", OWNER, "", 16);
  }

  /// How a whole mesh logs in.
  DatabaseAccess access() {
    return new DatabaseAccess(url(), OWNER, "");
  }

  /// A session of the owner, past row-level security, for baselines.
  Connection owner() {
    return owner;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = owner.createStatement()) {
      statement.execute(sql);
    }
  }

  /// The first column of the first row, if there is one.
  Optional<String> text(String sql) throws SQLException {
    try (Statement statement = owner.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    }
  }

  /// Transactions per second of a pgbench script of which each client runs so many.
  double pgbench(String script, int clients, int transactions) throws Exception {
    Path file = Files.createTempFile("sextant", ".pgbench");
    try {
      Files.writeString(file, script);
      return pgbench(clients, "-t", String.valueOf(transactions), "-f", file.toString());
    } finally {
      Files.delete(file);
    }
  }

  /// Transactions per second of pgbench with these arguments, such as `-S`, by prepared statements.
  double pgbench(int clients, String... arguments) throws Exception {
    String report = runPgbench(List.of("-n", "-M", "prepared", "-j", "2"), clients, arguments);
    Matcher tps = TPS.matcher(report);
    if (!tps.find()) {
      throw new IllegalStateException("pgbench failed:\n" + report);
    }
    return Double.parseDouble(tps.group(1));
  }

  /// Makes the tables of pgbench's own scripts, `-S` and `-N`: 100,000 accounts per unit of scale.
  void initializePgbench(int scale) throws Exception {
    runPgbench(List.of("-i", "-q", "-s", String.valueOf(scale)), 1);
  }

  private String runPgbench(List<String> options, int clients, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("pgbench", "-h", "127.0.0.1", "-U", OWNER));
    command.addAll(List.of("-p", String.valueOf(postgres.getPort())));
    command.addAll(options);
    if (!options.contains("-i")) {
      command.addAll(List.of("-c", String.valueOf(clients)));
    }
    command.addAll(List.of(arguments));
    command.add("postgres");
    Process pgbench;
    try {
      pgbench = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException absent) {
      throw new IllegalStateException(
          "pgbench is the baseline and must be on the PATH (Debian: postgresql-contrib)", absent);
    }
    String report = new String(pgbench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (pgbench.waitFor() != 0) {
      throw new IllegalStateException("pgbench failed:\n" + report);
    }
    return report;
  }

  @Override
  public void close() throws IOException, SQLException {
    owner.close();
    postgres.close();
  }
}
