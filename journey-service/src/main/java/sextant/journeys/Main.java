package sextant.journeys;

import java.time.InstantSource;
import sextant.kit.config.Env;
import sextant.kit.telemetry.ServiceProcess;

/// Runs the journey-service as a process of its own, until SIGTERM.
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    ServiceProcess.run(
        "journey-service",
        () -> JourneysServer.start(JourneysConfig.from(Env.system()), InstantSource.system()));
  }
}
