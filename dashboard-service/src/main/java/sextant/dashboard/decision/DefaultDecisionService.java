package sextant.dashboard.decision;

import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.dashboard.trace.TraceWriter;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.ScoringResult;
import sextant.dashboard.v1.SelectedOffer;
import sextant.decisions.v1.DecideRequest;
import sextant.decisions.v1.DecideResponse;
import sextant.decisions.v1.DecidedOffer;
import sextant.decisions.v1.DecisionServiceGrpc.DecisionServiceImplBase;
import sextant.kit.db.Database;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;

/// Decides by [Arbiter] and records a trace of it. The trace is the memory: a repeated call finds
/// it and gives the same answer.
public final class DefaultDecisionService extends DecisionServiceImplBase {

  private static final String DEFAULT_FLOW = "default-flow";

  private final Database database;
  private final InstantSource time;
  private final TraceWriter traces = new TraceWriter();

  public DefaultDecisionService(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  @Override
  public void decide(DecideRequest request, StreamObserver<DecideResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          String id = traceId(request);
          return database.inTenant(
              tenantId,
              tx ->
                  answer(
                      traces
                          .find(tx, tenantId, id)
                          .orElseGet(() -> decide(tx, tenantId, id, request))));
        });
  }

  /// The same for the same customer and idempotency key.
  private static String traceId(DecideRequest request) {
    String name = request.getCustomerId() + '\0' + request.getIdempotencyKey();
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private DecisionTrace decide(DSLContext tx, String tenantId, String id, DecideRequest request) {
    Instant start = time.instant();
    DecisionTrace.Builder trace =
        DecisionTrace.newBuilder()
            .setId(id)
            .setCustomerId(request.getCustomerId())
            .setDecisionFlowKey(
                request.hasDecisionFlowKey() ? request.getDecisionFlowKey() : DEFAULT_FLOW);
    Optional<String> channel =
        request.hasChannel() ? Optional.of(request.getChannel()) : Optional.empty();
    channel.ifPresent(trace::setChannelId);
    Arbiter.decide(Contenders.find(tx, tenantId, request.getCustomerId(), channel, start), trace);
    trace.setTotalLatencyMs((int) Math.max(0, Duration.between(start, time.instant()).toMillis()));
    return traces.recordOnce(tx, tenantId, trace.build(), start);
  }

  private static DecideResponse answer(DecisionTrace trace) {
    DecideResponse.Builder response = DecideResponse.newBuilder().setDecisionId(trace.getId());
    for (SelectedOffer selected : trace.getSelectedOffersList()) {
      ScoringResult scored =
          trace.getScoringResultsList().stream()
              .filter(result -> result.getOfferId().equals(selected.getOfferId()))
              .findFirst()
              .orElseThrow();
      response.setOffer(
          DecidedOffer.newBuilder()
              .setOfferId(selected.getOfferId())
              .setCreativeId(selected.getCreativeId())
              .setChannelId(trace.getChannelId())
              .setScore(scored.getScore())
              .setRank(selected.getRank()));
    }
    return response.build();
  }
}
