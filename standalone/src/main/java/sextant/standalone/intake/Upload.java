package sextant.standalone.intake;

import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.RejectedInteraction;
import sextant.metrics.v1.StreamInteractionsRequest;
import sextant.metrics.v1.StreamInteractionsResponse;

/// Sends interactions over one stream, some messages ahead of the acknowledgements, so that the
/// service always has work and memory stays small.
final class Upload {

  private static final int MESSAGE_ROWS = 500;
  private static final int MESSAGES_AHEAD = 8;
  private static final long PATIENCE_SECONDS = 60;

  private final Outcome outcome;
  private final StreamObserver<StreamInteractionsRequest> requests;
  private final Semaphore window = new Semaphore(MESSAGES_AHEAD);
  private final CountDownLatch ended = new CountDownLatch(1);

  /// The file lines of each message that awaits its acknowledgement.
  private final Map<Long, List<Long>> unacknowledged = new ConcurrentHashMap<>();

  private StreamInteractionsRequest.Builder message = StreamInteractionsRequest.newBuilder();
  private List<Long> lines = new ArrayList<>();
  private long sequence;
  private volatile Status failure = Status.OK;

  Upload(ManagedChannel channel, CallCredentials caller, Outcome outcome) {
    this.outcome = outcome;
    this.requests =
        InteractionsServiceGrpc.newStub(channel)
            .withCallCredentials(caller)
            .streamInteractions(new Acknowledgements());
  }

  /// Waits while too much is unacknowledged.
  void add(long line, InteractionInput interaction) throws InterruptedException {
    message.addInteractions(interaction);
    lines.add(line);
    if (lines.size() == MESSAGE_ROWS) {
      send();
    }
  }

  private void send() throws InterruptedException {
    awaitAcknowledgement();
    unacknowledged.put(sequence, lines);
    requests.onNext(message.setSequence(sequence).build());
    sequence++;
    message = StreamInteractionsRequest.newBuilder();
    lines = new ArrayList<>();
  }

  private void awaitAcknowledgement() throws InterruptedException {
    if (!window.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      failure = Status.DEADLINE_EXCEEDED.withDescription("no answer in " + PATIENCE_SECONDS + " s");
    }
    if (!failure.isOk()) {
      throw failure.asRuntimeException();
    }
  }

  /// Sends the rest and waits until everything is durable.
  void finish() throws InterruptedException {
    if (!lines.isEmpty()) {
      send();
    }
    for (int message = 0; message < MESSAGES_AHEAD; message++) {
      awaitAcknowledgement();
    }
    requests.onCompleted();
    ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Acknowledgements implements StreamObserver<StreamInteractionsResponse> {

    @Override
    public void onNext(StreamInteractionsResponse acknowledgement) {
      List<Long> sent = unacknowledged.remove(acknowledgement.getSequence());
      outcome.acknowledge(acknowledgement.getRecorded(), acknowledgement.getDuplicates());
      for (RejectedInteraction rejected : acknowledgement.getRejectedList()) {
        outcome.reject(
            new RowRejection(
                sent.get(Math.toIntExact(rejected.getIndex())),
                rejected.getField(),
                rejected.getReason()));
      }
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
