package sextant.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sextant.gateway.GatewayConfig;
import sextant.kit.config.Env;
import sextant.kit.telemetry.Telemetry;
import sextant.standalone.postgres.DatabaseAccess;
import sextant.standalone.postgres.EmbeddedPostgres;

/// `sextant up`: the mesh in the foreground, until SIGTERM or Ctrl-C.
@Command(
    name = "up",
    description = {
      "Start the whole mesh in one process, over an embedded PostgreSQL unless told otherwise.",
      "Prints \"ready http://localhost:PORT\" when it serves. Ctrl-C or SIGTERM stops it; data is kept."
    },
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true)
final class UpCommand implements Callable<Integer> {

  /// The port after those of the four services: metrics and health for operators, unless
  /// `SEXTANT_TELEMETRY_PORT` names another.
  private static final int TELEMETRY = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description =
          "Port of the JSON API; four gRPC ports of the services and one for metrics follow it. 0 takes free ports. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}")
  private String host;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder to keep everything in. Default: $XDG_DATA_HOME/sextant")
  private Optional<Path> data;

  @Option(
      names = "--ephemeral",
      description = "Keep everything in a temporary folder and delete it at the end.")
  private boolean ephemeral;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "Use this PostgreSQL (15 or newer) instead of the embedded one: postgres://user:password@host:port/database or the JDBC form. The user must be able to create schemas and roles.")
  private Optional<String> databaseUrl;

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (port < 0 || port > 65_535 - TELEMETRY) {
      throw new CommandFailure(
          "--port must be 0 to %d, was %d".formatted(65_535 - TELEMETRY, port));
    }
    if (ephemeral && data.isPresent()) {
      throw new CommandFailure("--ephemeral and --data exclude each other");
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    try {
      if (!ephemeral) {
        run(data.orElseGet(Folders::dataHome));
        return 0;
      }
      Path temporary = Files.createTempDirectory("sextant-");
      try {
        run(temporary);
      } finally {
        Folders.delete(temporary);
      }
      return 0;
    } finally {
      stopped.countDown();
    }
  }

  /// Runs in the shutdown hook: the JVM ends when this returns, so it waits for the orderly end.
  private void stop() {
    stopping.countDown();
    try {
      if (!stopped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println(
            "sextant: could not stop in an orderly way in " + PATIENCE.toSeconds() + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Path path) throws InterruptedException {
    try (DataFolder folder = DataFolder.open(path)) {
      requireFreePorts();
      if (databaseUrl.isPresent()) {
        serve(folder, DatabaseAccess.parse(databaseUrl.get()).checked());
        return;
      }
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.postgres())) {
        serve(folder, postgres.access());
      }
    }
  }

  private void serve(DataFolder folder, DatabaseAccess database) throws InterruptedException {
    MeshOptions options =
        new MeshOptions(host, port, auth(), database, folder.meshKey(), Duration.ofSeconds(1));
    try (Telemetry telemetry = startTelemetry();
        Mesh mesh = Mesh.start(options, InstantSource.system())) {
      telemetry.ready();
      int gatewayPort = mesh.port();
      String url = "http://localhost:" + gatewayPort;
      new RunFile(
              ProcessHandle.current().pid(),
              url,
              mesh.grpcTargets(),
              folder.path(),
              folder.meshKeyFile())
          .write(gatewayPort);
      try {
        announce(url, mesh, telemetry, folder, database);
        stopping.await();
        System.err.println("stopping ...");
      } finally {
        RunFile.delete(gatewayPort);
      }
    }
  }

  /// Open unless told otherwise, so that the documents' examples run as they are.
  private static GatewayConfig.AuthMode auth() {
    Env env = Env.system();
    GatewayConfig.AuthMode auth = env.oneOf("SEXTANT_AUTH", GatewayConfig.AuthMode.OPEN);
    try {
      env.check();
    } catch (IllegalArgumentException malformed) {
      throw new CommandFailure(malformed.getMessage(), malformed);
    }
    return auth;
  }

  private Telemetry startTelemetry() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putIfAbsent("SEXTANT_TELEMETRY_HOST", host);
    environment.putIfAbsent(
        "SEXTANT_TELEMETRY_PORT", Integer.toString(port == 0 ? 0 : port + TELEMETRY));
    try {
      return Telemetry.start("sextant", environment);
    } catch (IllegalArgumentException | UncheckedIOException failure) {
      throw new CommandFailure(failure.getMessage(), failure);
    }
  }

  private void announce(
      String url, Mesh mesh, Telemetry telemetry, DataFolder folder, DatabaseAccess database) {
    System.err.printf(
        """
        Sextant
          JSON API   %s/api/v1   (documentation: %1$s/docs)
          gRPC       %s
          metrics    http://localhost:%s/metrics
          data       %s
          database   %s
        """,
        url, mesh.grpcTargets(), telemetry.port(), folder.path(), database.url());
    System.out.println("ready " + url);
    System.out.flush();
  }

  /// Says so before anything was started, in words that help.
  private void requireFreePorts() {
    for (int place = 0; port != 0 && place <= TELEMETRY; place++) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(host, port + place));
      } catch (IOException taken) {
        throw new CommandFailure(
            place == 0
                ? "port %d is in use: stop what uses it, or choose another with --port"
                    .formatted(port)
                : "port %d (follows --port %d) is in use: stop what uses it, or choose another --port"
                    .formatted(port + place, port),
            taken);
      }
    }
  }
}
