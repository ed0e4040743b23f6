package sextant.segments.membership;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.exception.DataAccessException;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.segments.schema.CustomerTable;
import sextant.segments.schema.SchemaRepository;
import sextant.segments.segment.SegmentRepository;
import sextant.segments.segment.SegmentViews;
import sextant.segments.v1.CheckMembershipRequest;
import sextant.segments.v1.CheckMembershipResponse;
import sextant.segments.v1.CustomerAttributes;
import sextant.segments.v1.GetAttributesRequest;
import sextant.segments.v1.GetAttributesResponse;
import sextant.segments.v1.MembershipServiceGrpc.MembershipServiceImplBase;
import sextant.segments.v1.ResolveSegmentsRequest;
import sextant.segments.v1.ResolveSegmentsResponse;
import sextant.segments.v1.Schema;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentMembers;
import sextant.segments.v1.SegmentView;
import sextant.segments.v1.StreamMembersRequest;
import sextant.segments.v1.StreamMembersResponse;
import sextant.segments.value.RowJson;

/// The gRPC face of membership, for the other services of the mesh.
public final class MembershipService extends MembershipServiceImplBase {

  private static final int DEFAULT_BATCH = 1_000;
  private static final String CUSTOMER = "customer";

  /// A table or view was deleted since it was looked up.
  private static final String UNDEFINED_TABLE = "42P01";

  private static final int ATTEMPTS = 3;

  private final Database database;
  private final SchemaRepository schemas;
  private final SegmentRepository segments;
  private final SegmentViews views;
  private final Semaphore streams;

  /// `maxStreams`: how many members' streams may run at once; each holds a connection.
  public MembershipService(
      Database database,
      SchemaRepository schemas,
      SegmentRepository segments,
      SegmentViews views,
      int maxStreams) {
    this.database = database;
    this.schemas = schemas;
    this.segments = segments;
    this.views = views;
    this.streams = new Semaphore(maxStreams);
  }

  @Override
  public void checkMembership(
      CheckMembershipRequest request, StreamObserver<CheckMembershipResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return retried(tenant, db -> check(db, tenant, request));
        });
  }

  private CheckMembershipResponse check(
      DSLContext db, String tenant, CheckMembershipRequest request) {
    Map<String, Segment> found =
        segments.find(db, tenant, ids(request.getSegmentIdsList())).stream()
            .collect(Collectors.toMap(Segment::getId, segment -> segment));
    List<Segment> asked =
        request.getSegmentIdsList().stream()
            .distinct()
            .filter(found::containsKey)
            .map(found::get)
            .toList();
    Map<Integer, List<String>> members =
        MembershipQueries.members(
            db,
            asked,
            new LinkedHashSet<>(request.getCustomerIdsList()),
            segment -> views.query(db, segment));
    CheckMembershipResponse.Builder response = CheckMembershipResponse.newBuilder();
    for (int place = 0; place < asked.size(); place++) {
      response.addSegments(
          SegmentMembers.newBuilder()
              .setSegmentId(asked.get(place).getId())
              .addAllCustomerIds(members.getOrDefault(place, List.of())));
    }
    return response.build();
  }

  @Override
  public void getAttributes(
      GetAttributesRequest request, StreamObserver<GetAttributesResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return retried(tenant, db -> attributes(db, tenant, request));
        });
  }

  private GetAttributesResponse attributes(
      DSLContext db, String tenant, GetAttributesRequest request) {
    // A table with several rows of one customer says nothing that could be called an attribute.
    List<Schema> described =
        schemas.ofEntityType(db, tenant, CUSTOMER).stream()
            .filter(schema -> CustomerTable.customerKey(schema).getIsPrimaryKey())
            .toList();
    GetAttributesResponse.Builder response = GetAttributesResponse.newBuilder();
    MembershipQueries.attributes(db, described, new LinkedHashSet<>(request.getCustomerIdsList()))
        .forEach(
            (customer, attributes) ->
                response.addCustomers(
                    CustomerAttributes.newBuilder()
                        .setCustomerId(customer)
                        .setAttributes(RowJson.object(attributes))));
    return response.build();
  }

  @Override
  public void streamMembers(
      StreamMembersRequest request, StreamObserver<StreamMembersResponse> out) {
    String tenant = Caller.current().tenantId();
    if (!streams.tryAcquire()) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_RATE_LIMITED, "too many streams of members at once; try again");
    }
    try {
      int batch = request.hasBatchSize() ? request.getBatchSize() : DEFAULT_BATCH;
      MemberStream stream =
          new MemberStream((ServerCallStreamObserver<StreamMembersResponse>) out, batch);
      database.inTenant(
          tenant,
          db -> {
            Segment segment =
                Ids.parse(request.getSegmentId())
                    .flatMap(id -> segments.find(db, tenant, List.of(id)).stream().findFirst())
                    .orElseThrow(() -> ApiException.notFound("segment", request.getSegmentId()));
            try (Cursor<Record1<String>> members =
                MembershipQueries.stream(db, views.query(db, segment), batch)) {
              stream.send(members);
            }
            return segment;
          });
      out.onCompleted();
    } finally {
      streams.release();
    }
  }

  @Override
  public void resolveSegments(
      ResolveSegmentsRequest request, StreamObserver<ResolveSegmentsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          List<Segment> found =
              database.inTenant(
                  tenant,
                  db ->
                      request.getSegmentIdsCount() == 0
                          ? segments.all(db, tenant)
                          : segments.find(db, tenant, ids(request.getSegmentIdsList())));
          ResolveSegmentsResponse.Builder response = ResolveSegmentsResponse.newBuilder();
          found.stream()
              .filter(segment -> !request.hasStatus() || segment.getStatus() == request.getStatus())
              .forEach(segment -> response.addSegments(view(segment)));
          return response.build();
        });
  }

  private static SegmentView view(Segment segment) {
    return SegmentView.newBuilder()
        .setSegmentId(segment.getId())
        .setName(segment.getName())
        .setStatus(segment.getStatus())
        .setViewName(segment.getViewName())
        .build();
  }

  private static List<UUID> ids(List<String> texts) {
    return texts.stream().map(Ids::parse).flatMap(Optional::stream).toList();
  }

  /// Looks again when a table or view went away between looking it up and reading it.
  private <T> T retried(String tenant, Function<DSLContext, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return database.inTenant(tenant, work);
      } catch (DataAccessException failure) {
        if (attempt == ATTEMPTS || !UNDEFINED_TABLE.equals(failure.sqlState())) {
          throw failure;
        }
      }
    }
  }
}
