package sextant.standalone.intake;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/// Sends messages over one stream, some ahead of their acknowledgements, so that the service always
/// has work and memory stays small.
///
/// @param <M> a message with rows
/// @param <A> its acknowledgement
final class Upload<M, A> {

  private static final int MESSAGES_AHEAD = 8;
  private static final long PATIENCE_SECONDS = 60;

  private final ToLongFunction<A> sequenceOf;
  private final BiConsumer<A, List<Long>> acknowledged;
  private final StreamObserver<M> messages;
  private final Semaphore window = new Semaphore(MESSAGES_AHEAD);
  private final CountDownLatch ended = new CountDownLatch(1);

  /// The file lines of each message that awaits its acknowledgement.
  private final Map<Long, List<Long>> unacknowledged = new ConcurrentHashMap<>();

  private long sequence;
  private volatile Status failure = Status.OK;

  /// `acknowledged` hears of each acknowledgement with the file lines of the rows in its message.
  Upload(
      Function<StreamObserver<A>, StreamObserver<M>> stream,
      ToLongFunction<A> sequenceOf,
      BiConsumer<A, List<Long>> acknowledged) {
    this.sequenceOf = sequenceOf;
    this.acknowledged = acknowledged;
    this.messages = stream.apply(new Acknowledgements());
  }

  /// Sends rows from these lines, once not too much is unacknowledged. `message` makes the message
  /// with its sequence number, which counts from 0.
  void send(List<Long> lines, LongFunction<M> message) throws InterruptedException {
    awaitAcknowledgement();
    unacknowledged.put(sequence, lines);
    messages.onNext(message.apply(sequence));
    sequence++;
  }

  private void awaitAcknowledgement() throws InterruptedException {
    if (!window.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      failure = Status.DEADLINE_EXCEEDED.withDescription("no answer in " + PATIENCE_SECONDS + " s");
    }
    if (!failure.isOk()) {
      throw failure.asRuntimeException();
    }
  }

  /// Waits until everything is durable.
  void finish() throws InterruptedException {
    for (int message = 0; message < MESSAGES_AHEAD; message++) {
      awaitAcknowledgement();
    }
    messages.onCompleted();
    ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Acknowledgements implements StreamObserver<A> {

    @Override
    public void onNext(A acknowledgement) {
      acknowledged.accept(
          acknowledgement, unacknowledged.remove(sequenceOf.applyAsLong(acknowledgement)));
      window.release();
    }

    @Override
    public void onError(Throwable error) {
      failure = Status.fromThrowable(error);
      window.release(MESSAGES_AHEAD);
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      if (!unacknowledged.isEmpty()) {
        failure = Status.UNAVAILABLE.withDescription("the service ended the stream");
        window.release(MESSAGES_AHEAD);
      }
      ended.countDown();
    }
  }
}
