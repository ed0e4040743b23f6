package sextant.metrics.interaction;

import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import sextant.kit.rpc.Unary;
import sextant.metrics.v1.ImportInteractionsRequest;
import sextant.metrics.v1.ImportInteractionsResponse;
import sextant.metrics.v1.RejectedInteraction;

/// A one-way stream, answered once. gRPC asks the client for the next message when one is done, so
/// nothing piles up here.
final class ImportStream implements StreamObserver<ImportInteractionsRequest> {

  private static final int MAX_REJECTED_SHOWN = 1_000;

  private final StreamIntake intake;
  private final StreamObserver<ImportInteractionsResponse> out;
  private final List<RejectedInteraction> rejectedShown = new ArrayList<>();
  private long taken;
  private long recorded;
  private long duplicates;
  private long rejected;
  private boolean failed;

  ImportStream(StreamIntake intake, StreamObserver<ImportInteractionsResponse> out) {
    this.intake = intake;
    this.out = out;
  }

  @Override
  public void onNext(ImportInteractionsRequest message) {
    if (failed) {
      return;
    }
    try {
      add(intake.take(message.getInteractionsList()));
      taken += message.getInteractionsCount();
    } catch (Throwable failure) {
      failed = true;
      out.onError(Unary.failure(failure, "ImportInteractions"));
    }
  }

  private void add(StreamIntake.Outcome outcome) {
    recorded += outcome.recorded();
    duplicates += outcome.duplicates();
    rejected += outcome.rejected().size();
    for (RejectedInteraction rejection : outcome.rejected()) {
      if (rejectedShown.size() < MAX_REJECTED_SHOWN) {
        rejectedShown.add(rejection.toBuilder().setIndex(taken + rejection.getIndex()).build());
      }
    }
  }

  /// The client went away; what was recorded stays so.
  @Override
  public void onError(Throwable cancelled) {
    failed = true;
  }

  @Override
  public void onCompleted() {
    if (failed) {
      return;
    }
    out.onNext(
        ImportInteractionsResponse.newBuilder()
            .setRecorded(recorded)
            .setDuplicates(duplicates)
            .setRejectedTotal(rejected)
            .addAllRejected(rejectedShown)
            .build());
    out.onCompleted();
  }
}
