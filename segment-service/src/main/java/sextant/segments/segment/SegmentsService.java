package sextant.segments.segment;

import static org.jooq.impl.DSL.selectCount;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Changes;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.Timestamps;
import sextant.kit.rpc.Unary;
import sextant.segments.schema.SchemaRepository;
import sextant.segments.v1.CompareSegmentsRequest;
import sextant.segments.v1.CompareSegmentsResponse;
import sextant.segments.v1.CreateSegmentRequest;
import sextant.segments.v1.CursorPagination;
import sextant.segments.v1.DeleteSegmentRequest;
import sextant.segments.v1.GetSegmentRequest;
import sextant.segments.v1.ListSegmentsRequest;
import sextant.segments.v1.ListSegmentsResponse;
import sextant.segments.v1.PreviewDefinitionRequest;
import sextant.segments.v1.PreviewDefinitionResponse;
import sextant.segments.v1.PreviewSegmentRequest;
import sextant.segments.v1.PreviewSegmentResponse;
import sextant.segments.v1.RefreshSegmentRequest;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentsServiceGrpc.SegmentsServiceImplBase;
import sextant.segments.v1.UpdateSegmentRequest;

/// The gRPC face of segments.
public final class SegmentsService extends SegmentsServiceImplBase {

  private static final int DEFAULT_LIMIT = 20;

  private static final Set<String> REQUIRED = Set.of("name", "status", "base_schema_id");

  /// A table, view or row that a statement needs was deleted since it was looked up.
  private static final Set<String> GONE = Set.of("42P01", "23503");

  private final Database database;
  private final SegmentRepository segments;
  private final Previews previews;
  private final SegmentChanges changes;
  private final InstantSource time;

  public SegmentsService(
      Database database,
      SchemaRepository schemas,
      SegmentRepository segments,
      SegmentViews views,
      InstantSource time) {
    this.database = database;
    this.segments = segments;
    this.changes = new SegmentChanges(schemas, segments, views);
    this.previews = new Previews(views, changes);
    this.time = time;
  }

  @Override
  public void listSegments(ListSegmentsRequest request, StreamObserver<ListSegmentsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
          PageRequest asked =
              new PageRequest(List.of("segments", tenant), request.getCursor(), limit);
          return database.inTenant(tenant, db -> page(db, tenant, asked));
        });
  }

  private ListSegmentsResponse page(DSLContext db, String tenant, PageRequest asked) {
    List<Segment> found = segments.page(db, tenant, asked.afterId(), asked.toRead());
    Page<Segment> page = asked.page(found, segment -> List.of(segment.getId()));
    return ListSegmentsResponse.newBuilder()
        .addAllData(page.rows())
        .setPagination(page.describe(CursorPagination.newBuilder(), segments.count(db, tenant)))
        .build();
  }

  @Override
  public void createSegment(CreateSegmentRequest request, StreamObserver<Segment> out) {
    Unary.respond(
        out,
        () -> {
          Segment segment = SegmentFields.created(Caller.current().tenantId(), request, now());
          return inTenant(segment.getTenantId(), tx -> changes.create(tx, segment));
        });
  }

  @Override
  public void updateSegment(UpdateSegmentRequest request, StreamObserver<Segment> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          Changes changed = Changes.of(request, "id", REQUIRED);
          boolean redefined =
              changed.include("base_schema_id")
                  || changed.include("joins")
                  || changed.include("filters");
          return inTenant(
              tenant,
              tx -> {
                Segment before =
                    Ids.parse(request.getId())
                        .flatMap(id -> segments.lockForChange(tx, tenant, id))
                        .orElseThrow(() -> notFound(request.getId()));
                return changes.update(
                    tx, before, SegmentFields.changed(before, request, changed, now()), redefined);
              });
        });
  }

  @Override
  public void deleteSegment(DeleteSegmentRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return inTenant(
              tenant,
              tx -> {
                Segment segment =
                    Ids.parse(request.getId())
                        .flatMap(id -> segments.lockForDeletion(tx, tenant, id))
                        .orElseThrow(() -> notFound(request.getId()));
                changes.delete(tx, segment);
                return Empty.getDefaultInstance();
              });
        });
  }

  @Override
  public void getSegment(GetSegmentRequest request, StreamObserver<Segment> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return database.inTenant(tenant, db -> find(db, tenant, request.getId()));
        });
  }

  @Override
  public void refreshSegment(RefreshSegmentRequest request, StreamObserver<Segment> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return inTenant(
              tenant,
              tx -> {
                // First the row, then the view: who changes the segment takes them in this order.
                Segment segment =
                    Ids.parse(request.getId())
                        .flatMap(id -> segments.lockForChange(tx, tenant, id))
                        .orElseThrow(() -> notFound(request.getId()));
                long count =
                    tx.fetchSingle(selectCount().from(SegmentViews.view(segment))).value1();
                Instant now = now();
                segments.refreshed(tx, tenant, UUID.fromString(segment.getId()), count, now);
                return segment.toBuilder()
                    .setCustomerCount(count)
                    .setLastRefreshedAt(Timestamps.of(now))
                    .build();
              });
        });
  }

  @Override
  public void previewSegment(
      PreviewSegmentRequest request, StreamObserver<PreviewSegmentResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return inTenant(tenant, db -> previews.of(db, find(db, tenant, request.getId())));
        });
  }

  @Override
  public void previewDefinition(
      PreviewDefinitionRequest request, StreamObserver<PreviewDefinitionResponse> out) {
    Unary.respond(out, () -> inTenant(Caller.current().tenantId(), db -> previews.of(db, request)));
  }

  @Override
  public void compareSegments(
      CompareSegmentsRequest request, StreamObserver<CompareSegmentsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return inTenant(
              tenant,
              db -> {
                List<Segment> compared = new ArrayList<>();
                for (String id : request.getSegmentIdsList()) {
                  compared.add(
                      Ids.parse(id)
                          .flatMap(uuid -> segments.find(db, tenant, uuid))
                          .orElseThrow(
                              () ->
                                  ApiException.invalid(
                                      "segment_ids[" + compared.size() + "]",
                                      "segment " + id + " not found")));
                }
                return Overlap.compute(db, compared);
              });
        });
  }

  private Segment find(DSLContext db, String tenant, String id) {
    return Ids.parse(id)
        .flatMap(uuid -> segments.find(db, tenant, uuid))
        .orElseThrow(() -> notFound(id));
  }

  private static ApiException notFound(String id) {
    return ApiException.notFound("segment", id);
  }

  private <T> T inTenant(String tenant, Function<DSLContext, T> work) {
    try {
      return database.inTenant(tenant, work);
    } catch (DataAccessException failure) {
      if (GONE.contains(failure.sqlState())) {
        throw ApiException.of(
            ErrorReason.ERROR_REASON_CONFLICT,
            "something the segment is made of was deleted at the same time; try again");
      }
      throw failure;
    }
  }

  /// To the microsecond, as PostgreSQL keeps it.
  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
