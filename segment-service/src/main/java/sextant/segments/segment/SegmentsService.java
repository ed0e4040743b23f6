package sextant.segments.segment;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;

import com.google.protobuf.Empty;
import com.google.protobuf.Timestamp;
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
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SelectField;
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
import sextant.segments.definition.SegmentQuery;
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
import sextant.segments.v1.SegmentStatus;
import sextant.segments.v1.SegmentsServiceGrpc.SegmentsServiceImplBase;
import sextant.segments.v1.UpdateSegmentRequest;
import sextant.segments.value.RowJson;

/// The gRPC face of segments.
public final class SegmentsService extends SegmentsServiceImplBase {

  private static final int DEFAULT_LIMIT = 20;
  private static final int PREVIEW_ROWS = 20;
  private static final int PREVIEW_TIMEOUT_MILLIS = 10_000;
  private static final String DEFAULT_ENTITY_TYPE = "customer";
  private static final String NONE = "[]";

  private static final Set<String> REQUIRED = Set.of("name", "status", "base_schema_id");

  /// A table, view or row that a statement needs was deleted since it was looked up.
  private static final Set<String> GONE = Set.of("42P01", "23503");

  private final Database database;
  private final SegmentRepository segments;
  private final SegmentViews views;
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
    this.views = views;
    this.changes = new SegmentChanges(schemas, segments, views);
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
          Segment segment = created(Caller.current().tenantId(), request);
          return inTenant(segment.getTenantId(), tx -> changes.create(tx, segment));
        });
  }

  private Segment created(String tenant, CreateSegmentRequest request) {
    Timestamp now = Timestamps.of(now());
    boolean hasStatus =
        request.hasStatus() && request.getStatus() != SegmentStatus.SEGMENT_STATUS_UNSPECIFIED;
    Segment.Builder segment =
        Segment.newBuilder()
            .setId(Ids.next().toString())
            .setTenantId(tenant)
            .setName(request.getName())
            .setStatus(hasStatus ? request.getStatus() : SegmentStatus.SEGMENT_STATUS_DRAFT)
            .setEntityType(request.hasEntityType() ? request.getEntityType() : DEFAULT_ENTITY_TYPE)
            .setBaseSchemaId(request.getBaseSchemaId())
            .setJoins(request.hasJoins() ? request.getJoins() : NONE)
            .setFilters(request.hasFilters() ? request.getFilters() : NONE)
            .setViewName(SegmentViews.newName())
            .setCreatedAt(now)
            .setUpdatedAt(now);
    if (request.hasDescription()) {
      segment.setDescription(request.getDescription());
    }
    return segment.build();
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
                return changes.update(tx, before, changed(before, request, changed), redefined);
              });
        });
  }

  private Segment changed(Segment before, UpdateSegmentRequest request, Changes changed) {
    Segment.Builder after = before.toBuilder().setUpdatedAt(Timestamps.of(now()));
    if (changed.include("name")) {
      after.setName(request.getName());
    }
    if (changed.include("description")) {
      after.clearDescription();
      if (request.hasDescription()) {
        after.setDescription(request.getDescription());
      }
    }
    if (changed.include("status")) {
      after.setStatus(request.getStatus());
    }
    if (changed.include("base_schema_id")) {
      after.setBaseSchemaId(request.getBaseSchemaId());
    }
    if (changed.include("joins")) {
      after.setJoins(request.hasJoins() ? request.getJoins() : NONE);
    }
    if (changed.include("filters")) {
      after.setFilters(request.hasFilters() ? request.getFilters() : NONE);
    }
    return after.build();
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
          return inTenant(
              tenant,
              db -> {
                SegmentQuery query = views.query(db, find(db, tenant, request.getId()));
                Result<Record> rows = firstRows(db, query, query.rowColumns());
                return PreviewSegmentResponse.newBuilder()
                    .setRows(RowJson.rows(rows, query.rowColumns()))
                    .setCount(rows.size())
                    .build();
              });
        });
  }

  @Override
  public void previewDefinition(
      PreviewDefinitionRequest request, StreamObserver<PreviewDefinitionResponse> out) {
    Unary.respond(out, () -> inTenant(Caller.current().tenantId(), db -> preview(db, request)));
  }

  private PreviewDefinitionResponse preview(DSLContext db, PreviewDefinitionRequest request) {
    db.setLocal(name("statement_timeout"), inline(PREVIEW_TIMEOUT_MILLIS)).execute();
    SegmentQuery query =
        changes
            .compile(
                db,
                Caller.current().tenantId(),
                request.getBaseSchemaId(),
                request.hasJoins() ? request.getJoins() : NONE,
                request.hasFilters() ? request.getFilters() : NONE)
            .query();
    // One statement, so that size and rows are of one instant.
    Field<Integer> size = field(query.from(selectCount())).as("size");
    List<SelectField<?>> columns = new ArrayList<>(query.rowColumns());
    columns.add(size);
    Result<Record> rows = firstRows(db, query, columns);
    return PreviewDefinitionResponse.newBuilder()
        .setRows(RowJson.rows(rows, query.rowColumns()))
        .setCount(rows.size())
        .setCustomerCount(rows.isEmpty() ? 0 : rows.getFirst().get(size))
        .build();
  }

  private static Result<Record> firstRows(
      DSLContext db, SegmentQuery query, List<? extends SelectField<?>> columns) {
    return db.fetch(query.from(select(columns)).orderBy(query.primaryKey()).limit(PREVIEW_ROWS));
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
