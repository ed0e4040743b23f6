package sextant.kit.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;

/// Brings a service's schema up to date: creates the login roles that its grants name, then runs
/// the Flyway migrations as the owner.
public final class Migration {

  private static final Pattern IDENTIFIER = Pattern.compile("[a-z_]{1,40}");

  private Migration() {}

  /// `schema`: the service's own; `location`: class path or file system folder of the scripts;
  /// `roles`: every role the scripts grant something to.
  public static void run(
      DatabaseConfig config, String schema, String location, List<String> roles) {
    if (config.ownerUser().isEmpty()) {
      return;
    }
    createRoles(config, roles);
    Flyway.configure(Migration.class.getClassLoader())
        .dataSource(config.url(), config.ownerUser(), config.ownerPassword())
        .schemas(schema)
        .defaultSchema(schema)
        .locations(location)
        .placeholderReplacement(false)
        .load()
        .migrate();
  }

  private static void createRoles(DatabaseConfig config, List<String> roles) {
    try (Connection connection =
            DriverManager.getConnection(config.url(), config.ownerUser(), config.ownerPassword());
        Statement statement = connection.createStatement()) {
      for (String role : roles) {
        if (!IDENTIFIER.matcher(role).matches()) {
          throw new IllegalArgumentException("not a role name: " + role);
        }
        statement.execute(
            """
            do $$ begin
              if not exists (select from pg_roles where rolname = '%1$s') then
                create role %1$s login;
              end if;
            exception when duplicate_object or unique_violation then
              -- another service created it at the same time
            end $$
            """
                .formatted(role));
        if (role.equals(config.user()) && !config.password().isEmpty()) {
          statement.execute(
              "alter role " + role + " password " + statement.enquoteLiteral(config.password()));
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(
          "cannot prepare the database roles " + roles + ": " + failure.getMessage(), failure);
    }
  }
}
