package sextant.journeys;

import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import sextant.kit.config.Env;

/// Runs the journey-service as a process of its own, until SIGTERM.
public final class Main {

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    JourneysServer server =
        JourneysServer.start(JourneysConfig.from(Env.system()), InstantSource.system());
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
    new CountDownLatch(1).await();
  }
}
