package sextant.metrics;

import java.time.InstantSource;
import sextant.kit.config.Env;
import sextant.kit.telemetry.ServiceProcess;

/// Runs the metrics-service as a process of its own, until SIGTERM.
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    ServiceProcess.run(
        "metrics-service",
        () -> MetricsServer.start(MetricsConfig.from(Env.system()), InstantSource.system()));
  }
}
