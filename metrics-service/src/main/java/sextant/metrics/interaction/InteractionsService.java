package sextant.metrics.interaction;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.metrics.interaction.InteractionWriter.Recorded;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.CorrectInteractionRequest;
import sextant.metrics.v1.ImportInteractionsRequest;
import sextant.metrics.v1.ImportInteractionsResponse;
import sextant.metrics.v1.Interaction;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceImplBase;
import sextant.metrics.v1.ListInteractionsRequest;
import sextant.metrics.v1.ListInteractionsResponse;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RecordInteractionsResponse;
import sextant.metrics.v1.RecordResponseRequest;
import sextant.metrics.v1.RecordResponseResponse;
import sextant.metrics.v1.RetractInteractionRequest;
import sextant.metrics.v1.RetractInteractionResponse;
import sextant.metrics.v1.StreamInteractionsRequest;
import sextant.metrics.v1.StreamInteractionsResponse;

/// Records what customers did, and lists it. Every way in leads through one [GroupCommit].
public final class InteractionsService extends InteractionsServiceImplBase
    implements AutoCloseable {

  private final GroupCommit commits;
  private final InteractionHistory history;
  private final Corrections corrections;
  private final InstantSource time;

  public InteractionsService(Database database, InstantSource time) {
    this.commits = new GroupCommit(database);
    this.history = new InteractionHistory(database);
    this.corrections = new Corrections(database);
    this.time = time;
  }

  @Override
  public void recordResponse(
      RecordResponseRequest request, StreamObserver<RecordResponseResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          List<Violation> violations = new ArrayList<>();
          InteractionRecord row =
              Responses.row(tenantId, request, new Faults("", now(), violations));
          refuse(violations);
          Recorded recorded = commits.record(tenantId, List.of(row)).getFirst();
          return Responses.message(recorded.row(), recorded.duplicate());
        });
  }

  @Override
  public void recordInteractions(
      RecordInteractionsRequest request, StreamObserver<RecordInteractionsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          Instant now = now();
          List<Violation> violations = new ArrayList<>();
          List<InteractionRecord> rows = new ArrayList<>(request.getEventsCount());
          for (int index = 0; index < request.getEventsCount(); index++) {
            Faults faults = new Faults("events[" + index + "].", now, violations);
            rows.add(Interactions.row(tenantId, keyed(request, index), faults));
          }
          refuse(violations);
          return response(request, commits.record(tenantId, rows));
        });
  }

  private static InteractionInput keyed(RecordInteractionsRequest request, int index) {
    InteractionInput event = request.getEvents(index);
    return !request.hasIdempotencyKey() || event.hasIdempotencyKey()
        ? event
        : event.toBuilder().setIdempotencyKey(request.getIdempotencyKey() + "#" + index).build();
  }

  private static RecordInteractionsResponse response(
      RecordInteractionsRequest request, List<Recorded> recorded) {
    RecordInteractionsResponse.Builder response =
        RecordInteractionsResponse.newBuilder().setAccepted(recorded.size());
    int duplicates = 0;
    for (int index = 0; index < recorded.size(); index++) {
      Recorded result = recorded.get(index);
      duplicates += result.duplicate() ? 1 : 0;
      response
          .addResultsBuilder()
          .setEventType(request.getEvents(index).getEventType())
          .setInteractionId(result.row().getInteractionId().toString())
          .setDuplicate(result.duplicate());
    }
    return response.setDuplicates(duplicates).build();
  }

  private static void refuse(List<Violation> violations) {
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
  }

  @Override
  public StreamObserver<StreamInteractionsRequest> streamInteractions(
      StreamObserver<StreamInteractionsResponse> out) {
    return new AcknowledgedStream(
        new StreamIntake(commits, Caller.current().tenantId(), time),
        (ServerCallStreamObserver<StreamInteractionsResponse>) out);
  }

  @Override
  public StreamObserver<ImportInteractionsRequest> importInteractions(
      StreamObserver<ImportInteractionsResponse> out) {
    return new ImportStream(new StreamIntake(commits, Caller.current().tenantId(), time), out);
  }

  @Override
  public void listInteractions(
      ListInteractionsRequest request, StreamObserver<ListInteractionsResponse> out) {
    Unary.respond(out, () -> history.list(Caller.current().tenantId(), request));
  }

  @Override
  public void correctInteraction(
      CorrectInteractionRequest request, StreamObserver<Interaction> out) {
    Unary.respond(
        out,
        () ->
            Interactions.message(corrections.correct(Caller.current().tenantId(), request, now())));
  }

  @Override
  public void retractInteraction(
      RetractInteractionRequest request, StreamObserver<RetractInteractionResponse> out) {
    Unary.respond(
        out,
        () ->
            RetractInteractionResponse.newBuilder()
                .setInteractionId(
                    corrections
                        .retract(
                            Caller.current().tenantId(),
                            request.getId(),
                            request.getReason(),
                            now())
                        .getInteractionId()
                        .toString())
                .setStatus("retracted")
                .build());
  }

  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /// Commits what still waits. Nobody may call any more.
  @Override
  public void close() {
    commits.close();
  }
}
