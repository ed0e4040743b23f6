package sextant.dashboard.trace;

import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.ImportDecisionTracesRequest;
import sextant.dashboard.v1.ImportDecisionTracesResponse;
import sextant.dashboard.v1.RejectedDecisionTrace;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.kit.rpc.Unary;
import sextant.kit.rpc.Validation;

/// A one-way stream of traces: one transaction per message, answered once. gRPC asks the client for
/// the next message when one is done, so nothing piles up here.
final class TraceImport implements StreamObserver<ImportDecisionTracesRequest> {

  private static final int MAX_TRACES = 5_000;
  private static final int MAX_REJECTED_SHOWN = 1_000;

  private final Database database;
  private final TraceWriter writer;
  private final InstantSource time;
  private final String tenantId;
  private final StreamObserver<ImportDecisionTracesResponse> out;
  private final ImportDecisionTracesResponse.Builder result =
      ImportDecisionTracesResponse.newBuilder();
  private long taken;
  private boolean failed;

  TraceImport(
      Database database,
      TraceWriter writer,
      InstantSource time,
      String tenantId,
      StreamObserver<ImportDecisionTracesResponse> out) {
    this.database = database;
    this.writer = writer;
    this.time = time;
    this.tenantId = tenantId;
    this.out = out;
  }

  @Override
  public void onNext(ImportDecisionTracesRequest message) {
    if (failed) {
      return;
    }
    try {
      take(message.getTracesList());
    } catch (Throwable failure) {
      failed = true;
      out.onError(Unary.failure(failure, "ImportDecisionTraces"));
    }
  }

  private void take(List<DecisionTrace> traces) {
    if (traces.size() > MAX_TRACES) {
      throw ApiException.invalid("traces", "must not have more than 5,000 elements");
    }
    Instant now = time.instant();
    List<TraceRows> valid = new ArrayList<>();
    for (DecisionTrace trace : traces) {
      List<Violation> violations = new ArrayList<>(Validation.violations(trace));
      violations.addAll(TraceRules.violations(trace, "", now));
      if (violations.isEmpty()) {
        valid.add(TraceRows.of(tenantId, trace, now));
      } else {
        reject(violations.getFirst());
      }
      taken++;
    }
    int recorded = database.inTenant(tenantId, tx -> writer.record(tx, tenantId, valid)).size();
    result.setRecorded(result.getRecorded() + recorded);
    result.setDuplicates(result.getDuplicates() + valid.size() - recorded);
  }

  private void reject(Violation violation) {
    result.setRejectedTotal(result.getRejectedTotal() + 1);
    if (result.getRejectedCount() < MAX_REJECTED_SHOWN) {
      result.addRejected(
          RejectedDecisionTrace.newBuilder()
              .setIndex(taken)
              .setField(violation.field())
              .setReason(violation.message()));
    }
  }

  /// The client went away; what was recorded stays so.
  @Override
  public void onError(Throwable cancelled) {
    failed = true;
  }

  @Override
  public void onCompleted() {
    if (!failed) {
      out.onNext(result.build());
      out.onCompleted();
    }
  }
}
