package sextant.dashboard;

import java.time.InstantSource;
import sextant.kit.config.Env;
import sextant.kit.telemetry.ServiceProcess;

/// Runs the dashboard-service as a process of its own, until SIGTERM.
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    ServiceProcess.run(
        "dashboard-service",
        () -> DashboardServer.start(DashboardConfig.from(Env.system()), InstantSource.system()));
  }
}
