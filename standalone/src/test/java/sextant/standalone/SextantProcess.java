package sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The command line as a process of its own, with its own data home, as a user would run it.
public final class SextantProcess implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 120;

  private final Process process;
  private final Path errors;

  private SextantProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  public static SextantProcess start(Path dataHome, String... arguments) throws IOException {
    return start(dataHome, Map.of(), arguments);
  }

  public static SextantProcess start(
      Path dataHome, Map<String, String> environment, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                // It runs for seconds: time spent on optimising is not won back.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "sextant.standalone.Sextant"));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile(dataHome, "stderr-", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().put("XDG_DATA_HOME", dataHome.toString());
    builder.environment().remove("SEXTANT_AUTH");
    builder.environment().putAll(environment);
    return new SextantProcess(builder.start(), errors);
  }

  /// Waits for the line that says where the mesh serves.
  public String ready() throws IOException {
    BufferedReader lines = process.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("ready http://localhost:")) {
        return line.substring("ready ".length());
      }
    }
    throw new AssertionError("the mesh ended before it was ready: " + errors());
  }

  /// Waits for the end.
  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .as("it should end: " + errors())
        .isTrue();
    return process.exitValue();
  }

  /// What it said on stdout, once it ended.
  public String output() throws IOException {
    return new String(process.getInputStream().readAllBytes());
  }

  public String errors() {
    try {
      return Files.readString(errors);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// SIGTERM.
  public void terminate() {
    process.destroy();
  }

  /// SIGKILL.
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.destroy();
      process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
  }
}
