package sextant.kit.telemetry;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// A process that serves until SIGTERM: telemetry first, then the service, and the other way round
/// at the end.
public final class ServiceProcess {

  private ServiceProcess() {}

  /// Returns never: ends with the process. What is wrong with the settings is said without a trace.
  ///
  /// @param name of the process in metrics and traces
  /// @param start starts the service, or throws
  public static void run(String name, Callable<? extends AutoCloseable> start) throws Exception {
    Telemetry telemetry;
    AutoCloseable service;
    try {
      telemetry = Telemetry.start(name, System.getenv());
      service = start.call();
    } catch (IllegalArgumentException settings) {
      System.err.println(name + ": " + settings.getMessage());
      System.exit(1);
      return;
    }
    telemetry.ready();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(service, telemetry), "stop"));
    new CountDownLatch(1).await();
  }

  private static void stop(AutoCloseable service, Telemetry telemetry) {
    try (telemetry) {
      service.close();
    } catch (Exception failure) {
      System.err.println("did not stop in an orderly way: " + failure);
    }
  }
}
