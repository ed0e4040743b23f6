package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jooq.JSONB;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsExtension;
import sextant.metrics.interaction.InteractionWriter.Recorded;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.InteractionInput;

/// What happens when callers meet in one transaction. A lock on the table holds up the committers,
/// so that callers gather behind them.
class GroupCommitTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  private static Database database;
  private static GroupCommit commits;

  @BeforeAll
  static void start() {
    database = Database.open(metrics.database().config(MetricsConfig.ROLE), "group-commit");
    commits = new GroupCommit(database);
    // A row that passes every rule of ours and that only the database refuses.
    metrics
        .database()
        .asOwner(
            sql ->
                sql.execute(
                    """
                    alter table metrics.interaction
                    add constraint poison check (customer_id <> 'poison')
                    """));
  }

  @AfterAll
  static void stop() {
    commits.close();
    database.close();
  }

  private static List<InteractionRecord> rows(String tenant, String customer, int count) {
    Faults faults = new Faults("", metrics.clock.instant(), new ArrayList<>());
    InteractionInput input =
        InteractionInput.newBuilder().setEventType("click").setCustomerId(customer).build();
    List<InteractionRecord> rows = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      rows.add(Interactions.row(tenant, input, faults));
    }
    assertThat(faults.found()).isEmpty();
    return rows;
  }

  /// A caller that waits for its commit; returns when it waits.
  private static FutureTask<List<Recorded>> call(String tenant, String customer, int count) {
    return waiting(() -> commits.record(tenant, rows(tenant, customer, count)));
  }

  private static <T> FutureTask<T> waiting(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = Thread.ofVirtual().start(task);
    while (thread.getState() != Thread.State.WAITING && !task.isDone()) {
      Thread.onSpinWait();
    }
    return task;
  }

  /// A thread that waits may wait for something else than its commit; the queue tells.
  private static void awaitQueued(int callers) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (commits.waiting() < callers) {
      assertThat(System.nanoTime()).as("callers should queue").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static <T> T answer(FutureTask<T> call) throws Exception {
    return call.get(20, TimeUnit.SECONDS);
  }

  /// Occupies every committer with a caller of its own until the lock is given up.
  private static final class Blockade implements AutoCloseable {

    private final Connection owner;
    private final List<FutureTask<List<Recorded>>> blocked = new ArrayList<>();

    Blockade() throws SQLException {
      owner = DriverManager.getConnection(metrics.database().url(), "postgres", "");
      owner.setAutoCommit(false);
      owner.createStatement().execute("lock table metrics.interaction in exclusive mode");
      for (int committer = 1; committer <= GroupCommit.COMMITTERS; committer++) {
        // Each has a tenant of its own, so that all wait for the table and not for each other.
        blocked.add(call(metrics.newTenant(), "c", 1));
        awaitWaiting(committer);
      }
    }

    private static void awaitWaiting(int committers) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (fetch(
              """
              select count(*) from pg_locks
              where not granted and relation = 'metrics.interaction'::regclass
              """)
          < committers) {
        assertThat(System.nanoTime()).as("committers should wait").isLessThan(deadline);
      }
    }

    @Override
    public void close() throws SQLException {
      owner.rollback();
      owner.close();
      blocked.forEach(caller -> assertThat(caller).succeedsWithin(20, TimeUnit.SECONDS));
    }
  }

  private static int fetch(String sql, Object... values) {
    return metrics.database().asOwner(owner -> owner.fetchOne(sql, values).get(0, Integer.class));
  }

  private static int stored(String tenant) {
    return fetch("select count(*) from metrics.interaction where tenant_id = ?", tenant);
  }

  @Test
  void callersOfSeveralTenantsShareOneTransaction() throws Exception {
    String prefix = metrics.newTenant();
    List<FutureTask<List<Recorded>>> callers = new ArrayList<>();
    try (Blockade _ = new Blockade()) {
      for (int caller = 0; caller < 20; caller++) {
        callers.add(call(prefix + "." + caller % 5, "c" + caller, 2));
      }
      awaitQueued(20);
    }
    for (int caller = 0; caller < 20; caller++) {
      String customer = "c" + caller;
      assertThat(answer(callers.get(caller)))
          .hasSize(2)
          .allMatch(recorded -> recorded.row().getCustomerId().equals(customer));
    }
    String rows = " from metrics.interaction where tenant_id like '" + prefix + ".%'";
    assertThat(fetch("select count(*)" + rows)).isEqualTo(40);
    assertThat(fetch("select count(distinct xmin::text)" + rows)).isEqualTo(1);
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }

  @Test
  void aPoisonRowHarmsItsOwnCallerOnly() throws Exception {
    String tenant = metrics.newTenant();
    String other = metrics.newTenant();
    List<FutureTask<List<Recorded>>> good = new ArrayList<>();
    FutureTask<List<Recorded>> poisoned;
    try (Blockade _ = new Blockade()) {
      good.add(call(tenant, "first", 3));
      poisoned = waiting(() -> commits.record(tenant, poisoned(tenant)));
      good.add(call(tenant, "second", 3));
      good.add(call(other, "third", 3));
      awaitQueued(4);
    }
    for (FutureTask<List<Recorded>> caller : good) {
      assertThat(answer(caller)).hasSize(3);
    }
    assertThatThrownBy(() -> answer(poisoned))
        .hasCauseInstanceOf(DataAccessException.class)
        .rootCause()
        .hasMessageContaining("violates check constraint \"poison\"");
    assertThat(stored(tenant)).isEqualTo(6);
    assertThat(stored(other)).isEqualTo(3);
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }

  private static List<InteractionRecord> poisoned(String tenant) {
    List<InteractionRecord> rows = rows(tenant, "innocent, but in bad company", 2);
    rows.addAll(rows(tenant, "poison", 1));
    return rows;
  }

  @Test
  void whoeverGaveUpIsNotRecorded() throws Exception {
    String tenant = metrics.newTenant();
    Context.CancellableContext caller = Context.current().withCancellation();
    FutureTask<List<Recorded>> gaveUp;
    FutureTask<List<Recorded>> stayed;
    try (Blockade _ = new Blockade()) {
      gaveUp = waiting(caller.wrap(() -> commits.record(tenant, rows(tenant, "gave up", 1))));
      stayed = call(tenant, "stayed", 1);
      awaitQueued(2);
      caller.cancel(null);
    }
    assertThat(answer(stayed)).hasSize(1);
    assertThatThrownBy(() -> answer(gaveUp)).hasCauseInstanceOf(CancellationException.class);
    assertThat(stored(tenant)).isEqualTo(1);
  }

  @Test
  void whenTooManyWaitCallersAreRefusedAndStreamsWait() throws Exception {
    String tenant = metrics.newTenant();
    List<FutureTask<List<Recorded>>> accepted = new ArrayList<>();
    FutureTask<List<Recorded>> patient;
    try (Blockade _ = new Blockade()) {
      for (int caller = 0; caller < 6; caller++) {
        accepted.add(call(tenant, "c", 5_000));
      }
      FutureTask<List<Recorded>> refused = call(tenant, "c", 5_000);
      assertThatThrownBy(() -> refused.get(0, TimeUnit.SECONDS))
          .cause()
          .isInstanceOfSatisfying(
              ApiException.class,
              refusal ->
                  assertThat(refusal.reason()).isEqualTo(ErrorReason.ERROR_REASON_UNAVAILABLE));
      patient = waiting(() -> commits.recordPatiently(tenant, rows(tenant, "c", 5_000)));
      assertThat(patient.isDone()).isFalse();
    }
    for (FutureTask<List<Recorded>> caller : accepted) {
      answer(caller);
    }
    assertThat(answer(patient)).hasSize(5_000);
    assertThat(stored(tenant)).isEqualTo(35_000);
    // All room was given back.
    for (int caller = 0; caller < 7; caller++) {
      commits.record(tenant, rows(tenant, "again", 4_000));
    }
    assertThat(stored(tenant)).isEqualTo(63_000);
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }

  @Test
  void largePropertiesTakeMoreRoom() throws Exception {
    String tenant = metrics.newTenant();
    List<InteractionRecord> large = rows(tenant, "c", 600);
    large.forEach(
        row -> row.setProperties(JSONB.valueOf("{\"a\":\"" + "x".repeat(60_000) + "\"}")));
    assertThatThrownBy(() -> commits.record(tenant, large)).isInstanceOf(ApiException.class);
    assertThat(commits.record(tenant, large.subList(0, 10))).hasSize(10);
  }

  @Test
  void closingCommitsWhatWaits() throws Exception {
    String tenant = metrics.newTenant();
    GroupCommit closing = new GroupCommit(database);
    List<FutureTask<List<Recorded>>> callers = new ArrayList<>();
    Connection owner = DriverManager.getConnection(metrics.database().url(), "postgres", "");
    FutureTask<Void> closed;
    try (owner) {
      owner.setAutoCommit(false);
      owner.createStatement().execute("lock table metrics.interaction in exclusive mode");
      for (int caller = 0; caller < 5; caller++) {
        callers.add(waiting(() -> closing.record(tenant, rows(tenant, "c", 1))));
      }
      closed =
          waiting(
              () -> {
                closing.close();
                return null;
              });
      assertThat(closed.isDone()).isFalse();
      owner.rollback();
    }
    for (FutureTask<List<Recorded>> caller : callers) {
      assertThat(answer(caller)).hasSize(1);
    }
    answer(closed);
    assertThat(stored(tenant)).isEqualTo(5);
  }
}
