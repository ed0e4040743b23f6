package sextant.segments.schema;

import com.google.protobuf.Empty;
import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.exception.IntegrityConstraintViolationException;
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
import sextant.segments.BriefLocks;
import sextant.segments.segment.SegmentViews;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.CursorPagination;
import sextant.segments.v1.DeleteSchemaRequest;
import sextant.segments.v1.GetSchemaRequest;
import sextant.segments.v1.ListSchemasRequest;
import sextant.segments.v1.ListSchemasResponse;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.v1.SchemasServiceGrpc.SchemasServiceImplBase;
import sextant.segments.v1.UpdateSchemaRequest;

/// The gRPC face of schemas. Catalogue and table change in one transaction or not at all.
public final class SchemasService extends SchemasServiceImplBase {

  private static final int DEFAULT_LIMIT = 20;
  private static final String DEFAULT_ENTITY_TYPE = "customer";

  private final Database database;
  private final SchemaRepository schemas;
  private final SegmentViews views;
  private final InstantSource time;

  public SchemasService(
      Database database, SchemaRepository schemas, SegmentViews views, InstantSource time) {
    this.database = database;
    this.schemas = schemas;
    this.views = views;
    this.time = time;
  }

  @Override
  public void listSchemas(ListSchemasRequest request, StreamObserver<ListSchemasResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
          PageRequest asked =
              new PageRequest(List.of("schemas", tenant), request.getCursor(), limit);
          return database.inTenant(tenant, db -> page(db, tenant, asked));
        });
  }

  private ListSchemasResponse page(DSLContext db, String tenant, PageRequest asked) {
    List<Schema> found = schemas.page(db, tenant, asked.afterId(), asked.toRead());
    Page<Schema> page = asked.page(found, schema -> List.of(schema.getId()));
    return ListSchemasResponse.newBuilder()
        .addAllData(page.rows())
        .setPagination(page.describe(CursorPagination.newBuilder(), schemas.count(db, tenant)))
        .build();
  }

  @Override
  public void createSchema(CreateSchemaRequest request, StreamObserver<Schema> out) {
    Unary.respond(
        out,
        () -> {
          SchemaRules.checkName(request.getName());
          Schema schema = created(Caller.current().tenantId(), request);
          return database.inTenant(
              schema.getTenantId(),
              tx -> {
                if (!schemas.insert(tx, schema)) {
                  throw ApiException.alreadyExists("schema", "name", schema.getName());
                }
                CustomerTable.create(tx, schema);
                return schema;
              });
        });
  }

  private Schema created(String tenant, CreateSchemaRequest request) {
    UUID id = Ids.next();
    Timestamp now = now();
    List<SchemaField> fields = SchemaRules.fields(request.getFieldsList());
    Schema.Builder schema =
        Schema.newBuilder()
            .setId(id.toString())
            .setTenantId(tenant)
            .setName(request.getName())
            .setDisplayName(
                request.getDisplayName().isEmpty() ? request.getName() : request.getDisplayName())
            .setEntityType(request.hasEntityType() ? request.getEntityType() : DEFAULT_ENTITY_TYPE)
            .setTableName(Names.table(request.getName(), id))
            .addAllFields(fields)
            .setCustomerKey(SchemaRules.customerKey(fields))
            .setCreatedAt(now)
            .setUpdatedAt(now);
    if (request.hasDescription()) {
      schema.setDescription(request.getDescription());
    }
    return schema.build();
  }

  @Override
  public void updateSchema(UpdateSchemaRequest request, StreamObserver<Schema> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          Changes changes = Changes.of(request, "id", Set.of("name", "entity_type"));
          return database.inTenant(
              tenant,
              tx -> {
                // Segments before schemas, the order in which changes of segments lock them.
                Ids.parse(request.getId()).ifPresent(id -> views.lockOver(tx, tenant, id));
                Schema before =
                    Ids.parse(request.getId())
                        .flatMap(id -> schemas.lockForChange(tx, tenant, id))
                        .orElseThrow(() -> notFound(request.getId()));
                Schema after = changed(before, request, changes);
                if (!before.getName().equals(after.getName())) {
                  // Filters name fields by their schema, so a name in use has to stay.
                  checkUnused(tx, tenant, UUID.fromString(after.getId()), "renamed");
                }
                update(tx, after);
                List<SchemaField> added =
                    after.getFieldsList().subList(before.getFieldsCount(), after.getFieldsCount());
                if (!added.isEmpty()) {
                  BriefLocks.run(
                      tx,
                      "schema " + after.getId(),
                      ddl -> {
                        CustomerTable.addColumns(ddl, after, added);
                        views.extend(ddl, after);
                      });
                }
                return after;
              });
        });
  }

  private Schema changed(Schema before, UpdateSchemaRequest request, Changes changes) {
    Schema.Builder after = before.toBuilder().setUpdatedAt(now());
    if (changes.include("name")) {
      SchemaRules.checkName(request.getName());
      after.setName(request.getName());
    }
    if (changes.include("display_name")) {
      after.setDisplayName(
          request.getDisplayName().isEmpty() ? after.getName() : request.getDisplayName());
    }
    if (changes.include("description")) {
      after.clearDescription();
      if (request.hasDescription()) {
        after.setDescription(request.getDescription());
      }
    }
    if (changes.include("entity_type")) {
      after.setEntityType(request.getEntityType());
    }
    if (changes.include("fields")) {
      after.clearFields().addAllFields(SchemaRules.merge(before, request.getFieldsList()));
    }
    return after.build();
  }

  private void update(DSLContext tx, Schema schema) {
    try {
      schemas.update(tx, schema);
    } catch (IntegrityConstraintViolationException nameTaken) {
      throw ApiException.alreadyExists("schema", "name", schema.getName());
    }
  }

  @Override
  public void deleteSchema(DeleteSchemaRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return database.inTenant(
              tenant,
              tx -> {
                Schema schema =
                    Ids.parse(request.getId())
                        .flatMap(id -> schemas.lockForDeletion(tx, tenant, id))
                        .orElseThrow(() -> notFound(request.getId()));
                UUID id = UUID.fromString(schema.getId());
                checkUnused(tx, tenant, id, "deleted");
                schemas.delete(tx, tenant, id);
                BriefLocks.run(
                    tx, "schema " + schema.getId(), ddl -> CustomerTable.drop(ddl, schema));
                return Empty.getDefaultInstance();
              });
        });
  }

  private void checkUnused(DSLContext tx, String tenant, UUID id, String done) {
    List<UUID> segments = schemas.segmentsUsing(tx, tenant, id);
    if (!segments.isEmpty()) {
      String references =
          segments.stream().map(segment -> "segment:" + segment).collect(Collectors.joining(","));
      throw ApiException.of(
          ErrorReason.ERROR_REASON_IN_USE,
          "schema " + id + " cannot be " + done + ", it is used by " + references,
          Map.of("resource", "schema", "id", id.toString(), "references", references));
    }
  }

  @Override
  public void getSchema(GetSchemaRequest request, StreamObserver<Schema> out) {
    Unary.respond(
        out,
        () -> {
          String tenant = Caller.current().tenantId();
          return database.inTenant(
              tenant,
              db ->
                  Ids.parse(request.getId())
                      .flatMap(id -> schemas.find(db, tenant, id))
                      .orElseThrow(() -> notFound(request.getId())));
        });
  }

  private static ApiException notFound(String id) {
    return ApiException.notFound("schema", id);
  }

  /// To the microsecond, as PostgreSQL keeps it.
  private Timestamp now() {
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    return Timestamps.of(now);
  }
}
