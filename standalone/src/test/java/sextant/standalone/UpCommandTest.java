package sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sextant.kit.testing.EmbeddedDatabase;

/// The mesh as a process: crashes, restarts, refusals, the end.
class UpCommandTest {

  private static final int ROWS = 40_000;

  /// A killed mesh may leave its PostgreSQL behind, so the folder is emptied only in the end.
  @TempDir private Path home;

  @Test
  void aCrashInTheMiddleOfAnImportLosesNothingAndDoublesNothing()
      throws IOException, InterruptedException {
    Path file = manyRows();
    Path data = home.resolve("data of the mesh");
    long acknowledged;
    try (SextantProcess mesh = up(data)) {
      String url = mesh.ready();
      SextantProcess load = load(file, url);
      awaitInteractions(url, 1);
      mesh.kill();
      assertThat(load.exitCode()).isEqualTo(1);
      Matcher message =
          Pattern.compile("after ([0-9,]+) acknowledged rows. Repeat the command")
              .matcher(load.errors());
      assertThat(message.find()).as(load.errors()).isTrue();
      acknowledged = Long.parseLong(message.group(1).replace(",", ""));
      mesh.exitCode();
    }

    try (SextantProcess mesh = up(data)) {
      String url = mesh.ready();
      assertThat(mesh.errors())
          .contains("stopping the PostgreSQL that an earlier mesh left running");
      assertThat(interactions(url)).isBetween(acknowledged, (long) ROWS - 1);
      SextantProcess load = load(file, url);
      assertThat(load.exitCode()).as(load.errors()).isZero();
      assertThat(interactions(url)).isEqualTo(ROWS);

      theSameDataOrPortIsRefused(data, url);
      mesh.terminate();
      assertThat(mesh.exitCode()).isEqualTo(143);
    }

    nothingRuns(data);
    // As if the machine had been switched off, and another process had the id by now.
    Files.writeString(
        data.resolve("postgres/data/postmaster.pid"), ProcessHandle.current().pid() + "\n");
    try (SextantProcess mesh = up(data)) {
      assertThat(interactions(mesh.ready())).isEqualTo(ROWS);
    }
    nothingRuns(data);
  }

  private void theSameDataOrPortIsRefused(Path data, String url)
      throws IOException, InterruptedException {
    try (SextantProcess second = up(data)) {
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.errors())
          .contains("sextant: another mesh (process ")
          .contains(") already uses " + data);
    }
    String port = Integer.toString(URI.create(url).getPort());
    try (SextantProcess second = SextantProcess.start(home, "up", "--port", port, "--ephemeral")) {
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.errors())
          .isEqualTo(
              "sextant: port %s is in use: stop what uses it, or choose another with --port%n"
                  .formatted(port));
    }
  }

  @Test
  void anEphemeralMeshLeavesNothingBehind() throws IOException, InterruptedException {
    Path data;
    try (SextantProcess mesh = SextantProcess.start(home, "up", "--port", "0", "--ephemeral")) {
      String url = mesh.ready();
      assertThat(interactions(url)).isZero();
      Matcher folder = Pattern.compile("data +(/.*)").matcher(mesh.errors());
      assertThat(folder.find()).isTrue();
      data = Path.of(folder.group(1));
      assertThat(data).isDirectory();
    }
    assertThat(data).doesNotExist();
    nothingRuns(data);
  }

  @Test
  void anotherDatabaseServerIsUsedAsItIs() throws IOException {
    try (EmbeddedDatabase database = EmbeddedDatabase.empty()) {
      String url = database.url().replace("jdbc:", "").replace("://", "://postgres@");
      try (SextantProcess mesh =
          SextantProcess.start(home, "up", "--port", "0", "--ephemeral", "--database-url", url)) {
        Call event =
            Call.post("/api/v1/events", "{\"eventType\": \"click\", \"customerId\": \"c\"}");
        event.tenant("my-tenant").sendTo(mesh.ready()).expect(202);
      }
      assertThat(
              database
                  .<Integer>asOwner(
                      owner -> owner.fetchCount(org.jooq.impl.DSL.table("metrics.interaction")))
                  .intValue())
          .isEqualTo(1);
    }
  }

  @Test
  void aTakenServicePortIsNamed() throws IOException, InterruptedException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort() - 1);
      try (SextantProcess mesh = SextantProcess.start(home, "up", "--port", port, "--ephemeral")) {
        assertThat(mesh.exitCode()).isEqualTo(1);
        assertThat(mesh.errors()).contains("is in use: stop what uses it, or choose another");
      }
    }
  }

  private SextantProcess up(Path data) throws IOException {
    return SextantProcess.start(home, "up", "--port", "0", "--data", data.toString());
  }

  private SextantProcess load(Path file, String url) throws IOException {
    return SextantProcess.start(
        home,
        "import",
        "interactions",
        file.toString(),
        "--type=purchase",
        "--customer=customer",
        "--time=day",
        "--value=amount",
        "--port=" + URI.create(url).getPort());
  }

  /// Every tenth row says the same as the one before it, and still counts.
  private Path manyRows() throws IOException {
    String rows =
        IntStream.range(0, ROWS)
            .map(row -> row % 10 == 9 ? row - 1 : row)
            .mapToObj(row -> "c%d,2026-01-%02d,%d.5%n".formatted(row % 5_000, 1 + row % 28, row))
            .collect(Collectors.joining());
    return Files.writeString(home.resolve("many rows.csv"), "customer,day,amount\n" + rows);
  }

  private static void awaitInteractions(String url, long least) {
    while (interactions(url) < least) {
      Thread.onSpinWait();
    }
  }

  private static long interactions(String url) {
    return Call.get("/api/v1/interaction-history?limit=1")
        .tenant("my-tenant")
        .sendTo(url)
        .expect(200)
        .json()
        .at("/pagination/total")
        .asLong();
  }

  /// Neither a PostgreSQL on `data` nor a run file is left.
  private void nothingRuns(Path data) throws IOException {
    assertThat(
            ProcessHandle.allProcesses()
                .filter(
                    process -> process.info().commandLine().orElse("").contains(data + "/postgres"))
                .toList())
        .isEmpty();
    try (Stream<Path> files = Files.list(home.resolve("sextant/run"))) {
      assertThat(files.toList()).isEqualTo(List.of());
    }
  }
}
