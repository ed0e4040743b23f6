package sextant.bench.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// A service as a process of its own, started again whenever it ends, as an orchestrator would.
final class ServiceProcess implements AutoCloseable {

  final String name;
  private final ProcessBuilder builder;
  private Process process;
  private boolean open = true;

  ServiceProcess(String name, Class<?> main, Map<String, String> environment, Path folder) {
    this.name = name;
    builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Xmx512m",
                    // It lives for seconds: time spent on optimising is not won back.
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()))
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()));
    builder.environment().putAll(environment);
    // Or it would go on, and start again, when whoever started it is stopped.
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    start();
  }

  private synchronized void start() {
    if (!open) {
      return;
    }
    try {
      process = builder.start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    CompletableFuture<Process> end = process.onExit();
    end.thenRun(this::start);
  }

  /// SIGKILL: no goodbye to anybody.
  synchronized void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    Process last;
    synchronized (this) {
      open = false;
      last = process;
    }
    last.destroyForcibly();
    last.onExit().join();
  }
}
