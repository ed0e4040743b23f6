package sextant.standalone.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import sextant.standalone.Call;
import sextant.standalone.Reply;

/// What goes wrong around real processes: nothing hangs, what cannot be answered is said to be so,
/// and everything recovers by itself.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsTest {

  private static final Set<Integer> CLEAN = Set.of(503, 504);
  private static final Call LIST_METRICS = Call.get("/api/v1/behavioral-metrics");
  private static final Call LIST_SEGMENTS = Call.get("/api/v1/segments");

  @TempDir static Path folder;

  private static Fleet fleet;

  /// In any order, and before there is a database.
  @BeforeAll
  static void startInRandomOrder() {
    long seed = Long.getLong("sextant.seed", System.nanoTime());
    fleet =
        new Fleet(
            folder,
            Map.of("metrics", 1, "segments", 1, "journeys", 1, "dashboard", 1),
            1,
            Duration.ofSeconds(3));
    fleet.stopPostgres();
    List<Member> order = new ArrayList<>(fleet.members().values());
    Collections.shuffle(order, new Random(seed));
    System.out.println(
        "start order of -Dsextant.seed=" + seed + ": " + order.stream().map(Member::name).toList());
    order.forEach(Member::start);
    fleet.startPostgres();
    fleet.awaitReady();
  }

  @AfterAll
  static void stop() {
    fleet.close();
  }

  /// Answers in time, and with a status that means: try again.
  private static void assertRefusedCleanly(Call call) {
    long start = System.nanoTime();
    Reply reply = fleet.send(call);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThat(reply.status()).as(reply.body()).isIn(CLEAN);
    assertThat(reply.headers().firstValue("Retry-After")).isPresent();
    assertThat(reply.json().at("/error/status").asInt()).isEqualTo(reply.status());
  }

  private static void awaitAnswers(Call call) {
    fleet.await(call.path() + " answers", () -> fleet.send(call).status() == 200);
  }

  @Test
  @Order(1)
  void everyServiceAnswersWhateverStartedFirst() {
    for (String path :
        List.of("behavioral-metrics", "segments", "journeys", "dashboard-data", "offers")) {
      fleet.send(Call.get("/api/v1/" + path)).expect(200);
    }
  }

  @Test
  @Order(2)
  void aKilledServiceIsMissedAloneAndTakenBack() {
    Member metrics = fleet.member("metrics-1");
    metrics.kill();
    assertRefusedCleanly(LIST_METRICS);
    fleet.send(LIST_SEGMENTS).expect(200);
    fleet.send(Call.get("/api/v1/journeys")).expect(200);
    assertThat(fleet.isReady("gateway-1")).isFalse();
    metrics.start();
    awaitAnswers(LIST_METRICS);
    fleet.awaitReady();
  }

  @Test
  @Order(3)
  void aStalledNetworkEndsAtTheDeadlineAndHoldsUpNobodyElse() {
    fleet.segments.stall();
    try {
      assertRefusedCleanly(LIST_SEGMENTS);
      fleet.send(LIST_METRICS).expect(200);
    } finally {
      fleet.segments.resume();
    }
    awaitAnswers(LIST_SEGMENTS);
    fleet.segments.cut();
    awaitAnswers(LIST_SEGMENTS);
  }

  @Test
  @Order(4)
  void aStalledDatabaseEndsAtTheDeadline() {
    fleet.database.stall();
    try {
      assertRefusedCleanly(LIST_METRICS);
      assertRefusedCleanly(LIST_SEGMENTS);
    } finally {
      fleet.database.resume();
    }
    awaitAnswers(LIST_METRICS);
    awaitAnswers(LIST_SEGMENTS);
  }

  @Test
  @Order(5)
  void aRestartedDatabaseIsFoundAgain() {
    fleet.stopPostgres();
    try {
      assertRefusedCleanly(LIST_METRICS);
      assertRefusedCleanly(
          Call.post(
              "/api/v1/outcome-types", "{\"key\": \"late\", \"classification\": \"positive\"}"));
    } finally {
      fleet.startPostgres();
    }
    for (String path : List.of("behavioral-metrics", "segments", "journeys", "offers")) {
      awaitAnswers(Call.get("/api/v1/" + path));
    }
  }

  /// The client never learns what became of its first try: the service dies with the answer. With
  /// its key it may ask until it knows.
  @Test
  @Order(6)
  void aKeyedRequestIsDoneOnceAcrossACrash() throws Exception {
    Call create =
        Call.post(
                "/api/v1/behavioral-metrics",
                "{\"name\": \"once\", \"aggregateFunction\": \"count\", \"sourceField\": \"click\"}")
            .with("Idempotency-Key", "create-once");
    CompletableFuture<Reply> lost =
        CompletableFuture.supplyAsync(
            () -> fleet.send(create), task -> Thread.ofVirtual().start(task));
    fleet.member("metrics-1").kill();
    assertThat(lost.get(10, TimeUnit.SECONDS).status()).isIn(201, 503, 504);
    fleet.member("metrics-1").start();
    awaitAnswers(LIST_METRICS);
    Reply first = fleet.send(create).expect(201);
    assertThat(fleet.send(create).expect(201).body()).isEqualTo(first.body());
    assertThat(fleet.send(LIST_METRICS).json().at("/total").asInt()).isOne();
    assertThat(fleet.send(create.json(create.body().replace("once", "twice"))).status())
        .isEqualTo(422);
  }
}
