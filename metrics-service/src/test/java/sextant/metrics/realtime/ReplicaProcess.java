package sextant.metrics.realtime;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.rpc.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;

/// A replica of the metrics-service that can be killed: a process of its own, with all background
/// work running, whose time is told by the test.
final class ReplicaProcess {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private final Process process;
  private final BufferedReader answers;
  private final Writer orders;
  private final ManagedChannel channel;

  private ReplicaProcess(Process process) throws IOException {
    this.process = process;
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.outputWriter(StandardCharsets.UTF_8);
    channel = Channels.open("127.0.0.1:" + Integer.parseInt(answer("port ")));
  }

  static ReplicaProcess start(DatabaseConfig database, Instant now) throws IOException {
    return new ReplicaProcess(
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ReplicaProcess.class.getName(),
                database.url(),
                database.user(),
                database.ownerUser(),
                now.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  /// The process: prints its port, then sets its clock to each instant it reads.
  public static void main(String[] arguments) throws IOException {
    TestClock clock = new TestClock(Instant.parse(arguments[3]));
    MetricsServer server =
        MetricsServer.start(
            new MetricsConfig(
                new RpcServer.Binding("127.0.0.1", 0, ""),
                new DatabaseConfig(arguments[0], arguments[1], "", arguments[2], "", 8),
                List.of(MeshKey.BYTES),
                POLL_INTERVAL),
            clock);
    System.out.println("port " + server.port());
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      clock.set(Instant.parse(line));
      System.out.println("time " + line);
    }
    server.close();
  }

  Channel channel() {
    return channel;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Sets its clock; returns when it is set.
  void setTime(Instant now) throws IOException {
    orders.write(now + "\n");
    orders.flush();
    answer("time " + now);
  }

  /// The rest of the next line that begins so; others are log lines.
  private String answer(String prefix) throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.startsWith(prefix)) {
        return line.substring(prefix.length());
      }
    }
    throw new IOException("the replica ended");
  }

  /// kill -9.
  void kill() {
    process.destroyForcibly().onExit().join();
    channel.shutdownNow();
  }
}
