package sextant.metrics.threshold;

import static sextant.metrics.jooq.Tables.TRANSITION;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.TransitionRecord;
import sextant.metrics.v1.Transition;

/// Sends transitions as they happen, whichever replica records them. Each stream is a loop on the
/// virtual thread of its call: it looks into the database now and then, and waits for clients that
/// read slowly.
final class TransitionStreams implements AutoCloseable {

  private static final int CHUNK = 500;
  private static final int PAUSE_MILLIS = 200;
  private static final int SLOW_CLIENT_PAUSE_MILLIS = 5;

  private final Database database;
  private final CountDownLatch closing = new CountDownLatch(1);

  TransitionStreams(Database database) {
    this.database = database;
  }

  /// Returns when the client went away.
  void send(DefinitionRecord threshold, long after, StreamObserver<Transition> client) {
    var out = (ServerCallStreamObserver<Transition>) client;
    // A handler, even an empty one, keeps sending to a client that went away from being an error.
    out.setOnCancelHandler(() -> {});
    long position = after;
    while (!out.isCancelled()) {
      List<TransitionRecord> chunk = next(threshold, position);
      for (TransitionRecord row : chunk) {
        while (!out.isReady() && !out.isCancelled()) {
          pause(SLOW_CLIENT_PAUSE_MILLIS);
        }
        out.onNext(ThresholdsService.message(row));
        position = row.getPosition();
      }
      if (chunk.isEmpty()) {
        pause(PAUSE_MILLIS);
      }
    }
  }

  private List<TransitionRecord> next(DefinitionRecord threshold, long after) {
    String tenantId = threshold.getTenantId();
    UUID id = threshold.getDefinitionId();
    return database.inTenant(
        tenantId,
        tx -> {
          if (DefinitionStore.find(tx, tenantId, id).isEmpty()) {
            throw ApiException.notFound(DefinitionStore.RESOURCE, threshold.getSlug());
          }
          return tx.selectFrom(TRANSITION)
              .where(TRANSITION.TENANT_ID.eq(tenantId))
              .and(TRANSITION.THRESHOLD_ID.eq(id))
              .and(TRANSITION.POSITION.gt(after))
              .orderBy(TRANSITION.POSITION)
              .limit(CHUNK)
              .fetch();
        });
  }

  private void pause(int millis) {
    try {
      if (closing.await(millis, TimeUnit.MILLISECONDS)) {
        throw ApiException.of(
            ErrorReason.ERROR_REASON_UNAVAILABLE,
            "the server stops; resume after the last position seen");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts a stream", interrupted);
    }
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
