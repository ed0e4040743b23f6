package sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// From the client's socket down to the statement in PostgreSQL: what nobody waits for stops.
class AbandonedRequestTest {

  private static final int PATIENCE_SECONDS = 20;

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  private static int waitingForTheLock() {
    return MESH.database()
        .asOwner(
            owner ->
                owner
                    .fetchOne(
                        """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock'
                        """)
                    .get(0, int.class));
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  @Test
  void aClientThatGoesAwayTakesItsStatementAlong() throws Exception {
    CountDownLatch locked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread locking =
        Thread.ofVirtual()
            .start(
                () ->
                    MESH.database()
                        .asOwner(
                            owner ->
                                owner.transactionResult(
                                    tx -> {
                                      tx.dsl()
                                          .execute(
                                              "lock table metrics.metric in access exclusive mode");
                                      locked.countDown();
                                      return release.await(60, TimeUnit.SECONDS);
                                    })));
    try {
      assertThat(locked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      try (Socket client = new Socket("127.0.0.1", MESH.mesh().port())) {
        client
            .getOutputStream()
            .write(
                "GET /api/v1/behavioral-metrics HTTP/1.1\r\nHost: x\r\nX-Tenant-Id: t\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        await("the statement waits", () -> waitingForTheLock() == 1);
      }
      await("the statement is gone", () -> waitingForTheLock() == 0);
    } finally {
      release.countDown();
      locking.join();
    }
    MESH.send(Call.get("/api/v1/behavioral-metrics").tenant("t")).expect(200);
  }
}
