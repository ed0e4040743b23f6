package sextant.segments;

import java.time.InstantSource;
import sextant.kit.config.Env;
import sextant.kit.telemetry.ServiceProcess;

/// Runs the segment-service as a process of its own, until SIGTERM.
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    ServiceProcess.run(
        "segment-service",
        () -> SegmentsServer.start(SegmentsConfig.from(Env.system()), InstantSource.system()));
  }
}
