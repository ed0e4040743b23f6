package sextant.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Deadline;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sextant.kit.testing.EmbeddedDatabase;

/// What nobody waits for stops, in PostgreSQL too.
class CancelledStatementTest {

  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor();
  private static EmbeddedDatabase embedded;
  private static Database database;

  @BeforeAll
  static void open() {
    embedded = EmbeddedDatabase.empty();
    Migration.run(
        embedded.config("sextant_notes"), "notes", "classpath:db/notes", List.of("sextant_notes"));
    database = Database.open(embedded.config("sextant_notes"), "notes");
  }

  @AfterAll
  static void close() {
    database.close();
    embedded.close();
    TIMER.shutdownNow();
  }

  private static int running() {
    return embedded.asOwner(
        owner ->
            owner
                .fetchOne(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and state = 'active'
                      and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()
                    """)
                .get(0, int.class));
  }

  private static void sleep() {
    database.inTenant("acme", tx -> tx.execute("select pg_sleep(600)"));
  }

  @Test
  void aStatementEndsWhenItsClientGoesAway() throws Exception {
    Context.CancellableContext call = Context.ROOT.withCancellation();
    CompletableFuture<Void> work =
        CompletableFuture.runAsync(call.wrap(CancelledStatementTest::sleep));
    while (running() == 0) {
      assertThat(work).isNotDone();
    }
    call.cancel(null);
    assertThatThrownBy(() -> work.get(10, TimeUnit.SECONDS)).hasMessageContaining("canceling");
    assertThat(running()).isZero();
  }

  @Test
  void aStatementEndsAtTheDeadline() {
    Context.CancellableContext call =
        Context.ROOT.withDeadline(Deadline.after(300, TimeUnit.MILLISECONDS), TIMER);
    assertThatThrownBy(() -> call.run(CancelledStatementTest::sleep))
        .hasMessageContaining("canceling statement due to");
    assertThat(running()).isZero();
  }

  @Test
  void noStatementMayTakeLongerThanIsLeft() {
    Context.CancellableContext call =
        Context.ROOT.withDeadline(Deadline.after(20, TimeUnit.SECONDS), TIMER);
    call.run(
        () ->
            assertThat(
                    database.<String>inTenant(
                        "acme", tx -> tx.fetchOne("show statement_timeout").get(0, String.class)))
                .matches("1[0-9]{4}ms|20s"));
    call.cancel(null);
  }

  @Test
  void nothingIsBegunForACallThatEnded() {
    Context.CancellableContext call = Context.ROOT.withCancellation();
    call.cancel(null);
    assertThatThrownBy(() -> call.run(CancelledStatementTest::sleep))
        .isInstanceOf(Database.AbandonedException.class);
  }

  @Test
  void theConnectionIsAsGoodAsNewAfterwards() {
    for (int round = 0; round < 20; round++) {
      Context.CancellableContext call =
          Context.ROOT.withDeadline(Deadline.after(20, TimeUnit.MILLISECONDS), TIMER);
      assertThatThrownBy(() -> call.run(CancelledStatementTest::sleep)).isNotNull();
      assertThat(
              database.<Integer>inTenant("acme", tx -> tx.fetchOne("select 1").get(0, int.class)))
          .isOne();
    }
  }
}
