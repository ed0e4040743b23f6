package sextant.dashboard.trace;

import static java.util.stream.Collectors.toMap;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import sextant.dashboard.trace.TraceRepository.Position;
import sextant.dashboard.v1.CursorPagination;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.DecisionTracesServiceGrpc.DecisionTracesServiceImplBase;
import sextant.dashboard.v1.DeleteEntryRequest;
import sextant.dashboard.v1.ImportDecisionTracesRequest;
import sextant.dashboard.v1.ImportDecisionTracesResponse;
import sextant.dashboard.v1.ListDecisionTracesRequest;
import sextant.dashboard.v1.ListDecisionTracesResponse;
import sextant.dashboard.v1.RecordDecisionTracesRequest;
import sextant.dashboard.v1.RecordDecisionTracesResponse;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.PageToken;
import sextant.kit.rpc.Unary;

/// Records and lists decision traces.
public final class DecisionTracesService extends DecisionTracesServiceImplBase {

  private static final int DEFAULT_LIMIT = 20;

  private final Database database;
  private final InstantSource time;
  private final TraceRepository traces = new TraceRepository();
  private final TraceWriter writer = new TraceWriter();

  public DecisionTracesService(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  @Override
  public void listDecisionTraces(
      ListDecisionTracesRequest request, StreamObserver<ListDecisionTracesResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          Optional<String> customerId =
              request.hasCustomerId() ? Optional.of(request.getCustomerId()) : Optional.empty();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
          PageRequest asked =
              new PageRequest(List.of("decision trace", customerId), request.getCursor(), limit);
          Optional<Position> position =
              asked
                  .after(2)
                  .map(key -> new Position(PageToken.instant(key.getFirst()), key.getLast()));
          return database.inTenant(
              tenantId,
              tx -> {
                Page<TraceRows> page =
                    asked.page(
                        traces.list(tx, tenantId, customerId, position, asked.toRead()),
                        row -> List.of(row.trace().getCreatedAt(), row.trace().getId()));
                return ListDecisionTracesResponse.newBuilder()
                    .addAllData(page.map(TraceRows::toMessage))
                    .setPagination(
                        page.describe(
                            CursorPagination.newBuilder(), traces.count(tx, tenantId, customerId)))
                    .build();
              });
        });
  }

  @Override
  public void recordDecisionTraces(
      RecordDecisionTracesRequest request, StreamObserver<RecordDecisionTracesResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          List<TraceRows> arrived = rows(tenantId, request.getTracesList());
          return database.inTenant(
              tenantId,
              tx -> {
                List<TraceRows> recorded = writer.record(tx, tenantId, arrived);
                return RecordDecisionTracesResponse.newBuilder()
                    .addAllData(shown(tx, tenantId, arrived, recorded))
                    .setRecorded(recorded.size())
                    .setDuplicates(arrived.size() - recorded.size())
                    .build();
              });
        });
  }

  private List<TraceRows> rows(String tenantId, List<DecisionTrace> sent) {
    Instant now = time.instant();
    List<Violation> violations = new ArrayList<>();
    for (int index = 0; index < sent.size(); index++) {
      violations.addAll(TraceRules.violations(sent.get(index), "traces[" + index + "].", now));
    }
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
    return sent.stream().map(trace -> TraceRows.of(tenantId, trace, now)).toList();
  }

  /// The traces with the ids of `arrived`, as they are stored.
  private List<DecisionTrace> shown(
      DSLContext tx, String tenantId, List<TraceRows> arrived, List<TraceRows> recorded) {
    Map<String, TraceRows> byId =
        recorded.stream().collect(toMap(rows -> rows.trace().getId(), rows -> rows));
    List<String> duplicates =
        arrived.stream()
            .map(rows -> rows.trace().getId())
            .filter(id -> !byId.containsKey(id))
            .toList();
    if (!duplicates.isEmpty()) {
      traces
          .find(tx, tenantId, duplicates)
          .forEach(rows -> byId.putIfAbsent(rows.trace().getId(), rows));
    }
    return arrived.stream().map(rows -> byId.get(rows.trace().getId()).toMessage()).toList();
  }

  @Override
  public StreamObserver<ImportDecisionTracesRequest> importDecisionTraces(
      StreamObserver<ImportDecisionTracesResponse> out) {
    return new TraceImport(database, writer, time, Caller.current().tenantId(), out);
  }

  @Override
  public void deleteDecisionTrace(DeleteEntryRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          if (!database.inTenant(tenantId, tx -> writer.delete(tx, tenantId, request.getId()))) {
            throw ApiException.notFound("decision trace", request.getId());
          }
          return Empty.getDefaultInstance();
        });
  }
}
