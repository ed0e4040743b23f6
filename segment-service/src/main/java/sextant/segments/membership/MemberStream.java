package sextant.segments.membership;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jooq.Cursor;
import org.jooq.Record1;
import sextant.errors.v1.ErrorReason;
import sextant.kit.rpc.ApiException;
import sextant.segments.v1.StreamMembersResponse;

/// Sends members as fast as the reader takes them, and no faster. A reader that takes nothing is
/// given up, since it holds a connection to the database.
final class MemberStream {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /// How long to trust that gRPC announces readiness; a signal may come before anybody listens.
  private static final int LISTEN_MILLIS = 50;

  private final ServerCallStreamObserver<StreamMembersResponse> out;
  private final int batchSize;
  private final Semaphore ready = new Semaphore(0);

  MemberStream(ServerCallStreamObserver<StreamMembersResponse> out, int batchSize) {
    this.out = out;
    this.batchSize = batchSize;
    out.setOnReadyHandler(ready::release);
    // Without a handler a cancelled call would throw out of onNext.
    out.setOnCancelHandler(ready::release);
  }

  void send(Cursor<Record1<String>> members) {
    while (members.hasNext() && !out.isCancelled()) {
      List<String> batch = new ArrayList<>(batchSize);
      for (Record1<String> member : members.fetchNext(batchSize)) {
        if (member.value1() != null) {
          batch.add(member.value1());
        }
      }
      awaitReady();
      out.onNext(StreamMembersResponse.newBuilder().addAllCustomerIds(batch).build());
    }
  }

  private void awaitReady() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!out.isReady() && !out.isCancelled()) {
        if (System.nanoTime() > deadline) {
          throw ApiException.of(
              ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
              "nothing was read for " + PATIENCE.toSeconds() + " seconds");
        }
        ready.tryAcquire(LISTEN_MILLIS, TimeUnit.MILLISECONDS);
        ready.drainPermits();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while streaming", interrupted);
    }
  }
}
