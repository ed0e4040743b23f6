package sextant.standalone.postgres;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.standalone.CommandFailure;
import sextant.standalone.Folders;

/// A PostgreSQL server of our own, with PostgreSQL's default durability, reachable from this
/// machine only. Its files outlive it and are never deleted here.
///
/// Started with pg_ctl, which detaches it from the terminal: Ctrl-C reaches the mesh alone, which
/// then stops the server last.
public final class EmbeddedPostgres implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String MAJOR = "18";
  private static final String OWNER = "sextant_owner";
  private static final String DATABASE = "sextant";
  private static final int MAX_CONNECTIONS = 120;
  private static final long MEGABYTE = 1 << 20;

  private final PostgresPrograms programs;
  private final Path home;
  private final Path data;

  private EmbeddedPostgres(PostgresPrograms programs, Path home) {
    this.programs = programs;
    this.home = home;
    this.data = home.resolve("data");
  }

  /// Starts the server in `folder`, which nobody else uses, after ending one that an earlier
  /// process left behind.
  public static EmbeddedPostgres start(Path folder) {
    Path home = Folders.createPrivate(folder);
    EmbeddedPostgres postgres = new EmbeddedPostgres(PostgresPrograms.unpack(), home);
    try {
      postgres.initialize();
      postgres.endLeftover();
      postgres.port = freePort();
      postgres.startServer();
      postgres.createDatabase();
      return postgres;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private int port;

  public DatabaseAccess access() {
    return new DatabaseAccess(url(DATABASE), OWNER, password());
  }

  private void initialize() throws IOException {
    Path version = data.resolve("PG_VERSION");
    if (Files.exists(version)) {
      String found = Files.readString(version).strip();
      if (!found.equals(MAJOR)) {
        throw new CommandFailure(
            "%s holds data of PostgreSQL %s, this Sextant runs PostgreSQL %s: start it with the Sextant that made it, dump it with pg_dump, and load the dump into a new --data folder"
                .formatted(data, found, MAJOR));
      }
      return;
    }
    if (!Files.exists(passwordFile())) {
      byte[] password = new byte[24];
      new SecureRandom().nextBytes(password);
      Folders.writePrivate(passwordFile(), HexFormat.of().formatHex(password) + "\n");
    }
    // Under another name first, so that an interrupted run is not mistaken for a database.
    Path fresh = home.resolve("data.new");
    if (Files.exists(fresh)) {
      Folders.delete(fresh);
    }
    run(
        "initdb",
        List.of(
            "--pgdata=" + fresh,
            "--username=" + OWNER,
            "--pwfile=" + passwordFile(),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8"));
    Files.move(fresh, data);
  }

  /// After kill -9 of the mesh its server lives on, or left a postmaster.pid whose process id may
  /// belong to somebody else by now. PostgreSQL cannot tell; the lock on the folder and the command
  /// line of the process can.
  private void endLeftover() throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    Optional<ProcessHandle> process = leftover(pidFile);
    if (process.isEmpty()) {
      return;
    }
    // Empty for a process of another user and for a dead one that nobody has reaped.
    String command = process.get().info().commandLine().orElse("");
    if (command.contains("postgres") && command.contains(data.toString())) {
      log.info("stopping the PostgreSQL that an earlier mesh left running");
      stopServer();
    } else {
      Files.delete(pidFile);
    }
  }

  private static Optional<ProcessHandle> leftover(Path pidFile) throws IOException {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readAllLines(pidFile).getFirst().strip()));
    } catch (NoSuchFileException | NumberFormatException | java.util.NoSuchElementException none) {
      return Optional.empty();
    }
  }

  private void startServer() {
    String options =
        String.join(
            " ",
            "-p " + port,
            "-c listen_addresses=127.0.0.1",
            "-c unix_socket_directories=",
            "-c max_connections=" + MAX_CONNECTIONS,
            "-c shared_buffers=" + sharedBuffersMegabytes() + "MB",
            "-c timezone=UTC",
            "-c log_timezone=UTC");
    run(
        "pg_ctl",
        List.of(
            "start",
            "--pgdata=" + data,
            "--log=" + home.resolve("server.log"),
            "--options=" + options,
            "--wait",
            // Long enough for recovery after a crash.
            "--timeout=600"));
  }

  /// An eighth of the machine, 128 MB to 1 GB.
  private static long sharedBuffersMegabytes() {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return Math.clamp(machine.getTotalMemorySize() / 8 / MEGABYTE, 128, 1024);
  }

  private void createDatabase() {
    try (Connection connection = DriverManager.getConnection(url("postgres"), OWNER, password());
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("select from pg_database where datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("create database " + DATABASE);
      }
    } catch (SQLException failure) {
      close();
      throw new IllegalStateException("cannot create the database", failure);
    }
  }

  private String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  private Path passwordFile() {
    return home.resolve("password");
  }

  private String password() {
    try {
      return Files.readString(passwordFile()).strip();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void stopServer() {
    run("pg_ctl", List.of("stop", "--pgdata=" + data, "--mode=fast", "--wait", "--timeout=120"));
  }

  /// Runs a PostgreSQL program to its end; what it says matters only when it fails.
  private void run(String program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      // PostgreSQL refuses to run as root. In a user namespace of its own it is nobody, still with
      // root's files.
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(programs.program(program).toString());
    command.addAll(arguments);
    Path output = home.resolve(program + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .directory(home.toFile());
    builder.environment().put("LC_ALL", "C");
    try {
      int status = builder.start().waitFor();
      if (status != 0) {
        throw new CommandFailure(
            "%s failed (%d): %s%s"
                .formatted(
                    program,
                    status,
                    Files.readString(output).strip(),
                    command.getFirst().equals("unshare")
                        ? "\n(PostgreSQL does not run as root; start the mesh as another user, or use --database-url)"
                        : ""));
      }
    } catch (IOException failure) {
      throw new CommandFailure("cannot run " + String.join(" ", command), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while running " + program, interrupted);
    }
  }

  /// A fast shutdown: sessions end, everything is written.
  @Override
  public void close() {
    stopServer();
  }
}
