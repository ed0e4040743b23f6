package sextant.metrics.interaction;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import sextant.kit.rpc.Unary;
import sextant.metrics.v1.StreamInteractionsRequest;
import sextant.metrics.v1.StreamInteractionsResponse;

/// A stream that acknowledges each message after its commit. Reads the next message only when the
/// one before is done and the client takes its acknowledgements, so nothing piles up here.
final class AcknowledgedStream implements StreamObserver<StreamInteractionsRequest> {

  private final StreamIntake intake;
  private final ServerCallStreamObserver<StreamInteractionsResponse> out;
  private boolean reading;
  private boolean failed;

  AcknowledgedStream(
      StreamIntake intake, ServerCallStreamObserver<StreamInteractionsResponse> out) {
    this.intake = intake;
    this.out = out;
    out.disableAutoRequest();
    // Called at the start too. Callbacks of a stream never overlap.
    out.setOnReadyHandler(this::read);
  }

  private void read() {
    if (!reading && !failed && out.isReady()) {
      reading = true;
      out.request(1);
    }
  }

  @Override
  public void onNext(StreamInteractionsRequest message) {
    reading = false;
    try {
      StreamIntake.Outcome outcome = intake.take(message.getInteractionsList());
      out.onNext(
          StreamInteractionsResponse.newBuilder()
              .setSequence(message.getSequence())
              .setRecorded(outcome.recorded())
              .setDuplicates(outcome.duplicates())
              .addAllRejected(outcome.rejected())
              .build());
    } catch (Throwable failure) {
      failed = true;
      out.onError(Unary.failure(failure, "StreamInteractions"));
      return;
    }
    read();
  }

  /// The client went away; what it was told is durable stays so.
  @Override
  public void onError(Throwable cancelled) {
    failed = true;
  }

  @Override
  public void onCompleted() {
    if (!failed) {
      out.onCompleted();
    }
  }
}
