package sextant.standalone.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One service or gateway as a process of its own, as operators run it.
final class Member implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 40;

  private final String name;
  private final String mainClass;
  private final Map<String, String> environment;
  private final Path log;
  private Process process;

  Member(String name, String mainClass, Map<String, String> environment, Path folder) {
    this.name = name;
    this.mainClass = mainClass;
    this.environment = Map.copyOf(environment);
    this.log = folder.resolve(name + ".log");
  }

  String name() {
    return name;
  }

  void start() {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // It runs for seconds: time spent on optimising is not won back.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      process = builder.start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// SIGKILL.
  void kill() {
    await(process.destroyForcibly());
  }

  /// SIGTERM, and its orderly end.
  void terminate() {
    process.destroy();
    await(process);
  }

  private void await(Process ending) {
    try {
      if (!ending.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(name + " does not end: " + log());
      }
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /// What it said, of all its lives.
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      kill();
    }
  }
}
