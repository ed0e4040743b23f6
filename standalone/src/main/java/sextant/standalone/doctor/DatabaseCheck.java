package sextant.standalone.doctor;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import sextant.standalone.CommandFailure;
import sextant.standalone.postgres.DatabaseAccess;

/// Somebody's own PostgreSQL: version, rights, connections, clock.
final class DatabaseCheck {

  private static final Duration CLOCK_SKEW = Duration.ofSeconds(2);

  /// What the mesh opens at most.
  private static final int CONNECTIONS = 80;

  private static final String LOOK =
      """
      select current_setting('server_version') as version,
             rolsuper or rolcreaterole as may_create_roles,
             has_database_privilege(current_database(), 'CREATE') as may_create_schemas,
             current_setting('max_connections')::int
               - (select count(*) from pg_stat_activity where backend_type = 'client backend') as free,
             extract(epoch from clock_timestamp()) as clock
      from pg_roles where rolname = current_user
      """;

  private DatabaseCheck() {}

  static List<Finding> of(String url) {
    try {
      DatabaseAccess database = DatabaseAccess.parse(url).checked();
      return look(database);
    } catch (CommandFailure unusable) {
      return List.of(Finding.ill("database: %s", unusable.getMessage()));
    } catch (SQLException failure) {
      return List.of(Finding.ill("database: %s", failure.getMessage()));
    }
  }

  private static List<Finding> look(DatabaseAccess database) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection(
                database.url(), database.owner(), database.ownerPassword());
        Statement statement = connection.createStatement()) {
      Instant before = Instant.now();
      try (ResultSet row = statement.executeQuery(LOOK)) {
        Instant after = Instant.now();
        row.next();
        findings.add(
            Finding.well("database %s, PostgreSQL %s", database.url(), row.getString("version")));
        boolean mayRoles = row.getBoolean("may_create_roles");
        boolean maySchemas = row.getBoolean("may_create_schemas");
        findings.add(
            mayRoles && maySchemas
                ? Finding.well("%s may create schemas and roles", database.owner())
                : Finding.ill(
                    "%s needs %s",
                    database.owner(), mayRoles ? "CREATE on the database" : "CREATEROLE"));
        int free = row.getInt("free");
        findings.add(
            free >= CONNECTIONS
                ? Finding.well("%d connections are free", free)
                : Finding.ill(
                    "%d connections are free, the mesh opens up to %d: raise max_connections",
                    free, CONNECTIONS));
        findings.add(clock(row.getDouble("clock"), before, after));
      }
    }
    return findings;
  }

  private static Finding clock(double database, Instant before, Instant after) {
    Instant there = Instant.ofEpochMilli((long) (database * 1_000));
    Duration ahead = Duration.between(after, there);
    Duration behind = Duration.between(there, before);
    Duration off = ahead.compareTo(behind) > 0 ? ahead : behind;
    return off.compareTo(CLOCK_SKEW) > 0
        ? Finding.ill(
            "the clocks of this machine and the database differ by %d s: synchronise them",
            off.toSeconds())
        : Finding.well("the clock agrees with the database's");
  }
}
