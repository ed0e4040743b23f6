package sextant.standalone.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sextant.standalone.Call;
import sextant.standalone.Reply;

/// Two gateways and two replicas of each service are restarted one after the other under load, and
/// no request fails. In the ordinary run only one service is there;
/// `-Dsextant.rolling=metrics,segments,journeys,dashboard` does all of them.
class RollingRestartTest {

  private static final int CALLERS = 4;
  private static final Duration FOUND = Duration.ofSeconds(4);
  private static final Map<String, String> READS =
      Map.of(
          "metrics", "behavioral-metrics",
          "segments", "segments",
          "journeys", "journeys",
          "dashboard", "offers");

  @TempDir Path folder;

  private final AtomicBoolean running = new AtomicBoolean(true);
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger recorded = new AtomicInteger();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  /// The gateways that a load balancer would use now.
  private final List<String> inRotation = new CopyOnWriteArrayList<>();

  @Test
  void noRequestFails() throws Exception {
    List<String> services =
        Arrays.asList(System.getProperty("sextant.rolling", "metrics").split(","));
    Map<String, Integer> replicas = new LinkedHashMap<>();
    services.forEach(service -> replicas.put(service, 2));
    try (Fleet fleet = new Fleet(folder, replicas, 2, Duration.ofSeconds(20))) {
      fleet.members().values().forEach(Member::start);
      fleet.awaitReady();
      List<Thread> threads = new ArrayList<>();
      inRotation.addAll(List.of("gateway-1", "gateway-2"));
      threads.add(Thread.ofVirtual().start(() -> balance(fleet)));
      for (int caller = 0; caller < CALLERS; caller++) {
        int number = caller;
        threads.add(Thread.ofVirtual().start(() -> call(fleet, services, number)));
      }
      for (Member member : fleet.members().values()) {
        int before = answered.get();
        member.terminate();
        member.start();
        if (member.name().startsWith("gateway")) {
          fleet.await("both are in rotation", () -> inRotation.size() == 2);
        } else {
          fleet.await(
              member.name() + " serves again",
              () -> member.log().lines().filter(line -> line.contains(Fleet.SERVING)).count() == 2);
          // Callers look for replicas that came back every two seconds.
          long found = System.nanoTime() + FOUND.toNanos();
          fleet.await("callers find it", () -> System.nanoTime() > found);
        }
        fleet.await(
            "load goes on: " + failures, () -> answered.get() > before + 20 || !failures.isEmpty());
        assertThat(failures).isEmpty();
      }
      running.set(false);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
      assertThat(
              fleet
                  .send(Call.get("/api/v1/interaction-history?limit=1"))
                  .json()
                  .at("/pagination/total")
                  .asInt())
          .isEqualTo(recorded.get());
      System.out.printf(
          "%,d requests during %d restarts%n", answered.get(), fleet.members().size());
    }
  }

  private void balance(Fleet fleet) {
    while (running.get()) {
      for (String gateway : List.of("gateway-1", "gateway-2")) {
        boolean ready = fleet.isReady(gateway);
        if (ready && !inRotation.contains(gateway)) {
          inRotation.add(gateway);
        } else if (!ready) {
          inRotation.remove(gateway);
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private void call(Fleet fleet, List<String> services, int caller) {
    for (int number = 0; running.get(); number++) {
      List<String> gateways = List.copyOf(inRotation);
      if (gateways.isEmpty()) {
        failures.add("no gateway is ready");
        return;
      }
      String gateway = gateways.get((number + caller) % gateways.size());
      boolean write = number % 2 == 0;
      Call call =
          write
              ? Call.post(
                  "/api/v1/events",
                  "{\"eventType\": \"click\", \"customerId\": \"c%d-%d\"}"
                      .formatted(caller, number))
              : Call.get("/api/v1/" + READS.get(services.get(number / 2 % services.size())));
      try {
        Reply reply = call.tenant("acme").sendTo(fleet.url(gateway));
        if (reply.status() / 100 != 2) {
          failures.add(gateway + " " + call.path() + ": " + reply.status() + " " + reply.body());
        } else if (write) {
          recorded.incrementAndGet();
        }
      } catch (UncheckedIOException failure) {
        failures.add(gateway + " " + call.path() + ": " + failure);
      }
      answered.incrementAndGet();
    }
  }
}
