package sextant.bench.soak;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/// A PostgreSQL with default durability that can be made to crash, and comes back at the same
/// address with what was committed.
final class CrashingPostgres implements AutoCloseable {

  private final Path data;
  private final int port;
  private EmbeddedPostgres server;

  CrashingPostgres(Path folder) throws IOException {
    data = folder.resolve("postgres");
    port = freePort();
    start();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setPort(port)
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("shared_buffers", "256MB")
            .start();
  }

  String url() {
    return "jdbc:postgresql://localhost:" + port + "/postgres";
  }

  Connection asOwner() throws SQLException {
    return DriverManager.getConnection(url(), "postgres", "");
  }

  /// Ends all server processes where they are, as a crash of the machine does to them, and starts
  /// again.
  void crash() throws IOException, InterruptedException {
    long pid =
        Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
    ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
    // SIGQUIT is PostgreSQL's immediate shutdown: nothing is flushed, the start recovers.
    new ProcessBuilder("kill", "-QUIT", String.valueOf(pid)).start().waitFor();
    postmaster.onExit().join();
    server.close();
    start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
