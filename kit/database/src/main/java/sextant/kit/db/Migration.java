package sextant.kit.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a service's schema up to date: creates the login roles that its grants name, then runs
/// the Flyway migrations as the owner.
public final class Migration {

  private static final Logger log = LoggerFactory.getLogger(Migration.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);
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
    createCalls(config, schema);
  }

  /// The table of [KeyedCall], which every service has.
  private static void createCalls(DatabaseConfig config, String schema) {
    try (Connection connection = connect(config);
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          do $$ begin
            perform pg_advisory_xact_lock(hashtext('%1$s.idempotent_call'));
            if to_regclass('%1$s.idempotent_call') is null then
              create table %1$s.idempotent_call (
                tenant_id text not null,
                key_hash bytea not null,
                request_hash bytea not null,
                answer bytea not null,
                answered_at timestamptz not null default now(),
                constraint idempotent_call_pk primary key (tenant_id, key_hash)
              );
              comment on table %1$s.idempotent_call is
                'Answers to calls with an idempotency key, encrypted with it, for a day.';
              create index idempotent_call_age on %1$s.idempotent_call (tenant_id, answered_at);
              alter table %1$s.idempotent_call enable row level security;
              create policy tenant on %1$s.idempotent_call
                using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
              grant usage on schema %1$s to %2$s;
              grant select, insert, delete on %1$s.idempotent_call to %2$s;
            end if;
          end $$
          """
              .formatted(schema, config.user()));
    } catch (SQLException failure) {
      throw new IllegalStateException(
          "cannot prepare the schema " + schema + ": " + failure.getMessage(), failure);
    }
  }

  private static void createRoles(DatabaseConfig config, List<String> roles) {
    try (Connection connection = connect(config);
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

  /// Waits for a server that is starting as well.
  private static Connection connect(DatabaseConfig config) throws SQLException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return DriverManager.getConnection(
            config.url(), config.ownerUser(), config.ownerPassword());
      } catch (SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        boolean starting = state.startsWith("08") || state.equals("57P03");
        if (!starting || System.nanoTime() > deadline) {
          throw failure;
        }
        log.info("waiting for the database: {}", failure.getMessage());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
