package sextant.metrics.threshold;

import static org.jooq.impl.DSL.noCondition;
import static sextant.metrics.jooq.Tables.DEFINITION;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.kit.db.Database;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.Unary;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.ThresholdRecord;
import sextant.metrics.v1.CreateDefinitionRequest;
import sextant.metrics.v1.CreateVariantRequest;
import sextant.metrics.v1.CursorPagination;
import sextant.metrics.v1.DefinitionResponse;
import sextant.metrics.v1.DefinitionsServiceGrpc.DefinitionsServiceImplBase;
import sextant.metrics.v1.DeleteDefinitionRequest;
import sextant.metrics.v1.GetDefinitionRequest;
import sextant.metrics.v1.ListDefinitionsRequest;
import sextant.metrics.v1.ListDefinitionsResponse;
import sextant.metrics.v1.ListVariantsRequest;
import sextant.metrics.v1.ListVariantsResponse;
import sextant.metrics.v1.ListVersionsRequest;
import sextant.metrics.v1.ListVersionsResponse;
import sextant.metrics.v1.UpdateDefinitionRequest;
import sextant.metrics.v1.VariantResponse;

/// Metric definitions over gRPC.
public final class DefinitionsService extends DefinitionsServiceImplBase {

  static final int DEFAULT_PAGE_SIZE = 20;

  private final Database database;
  private final Variants variants;
  private final InstantSource time;

  public DefinitionsService(Database database, InstantSource time) {
    this.database = database;
    this.variants = new Variants(database, time);
    this.time = time;
  }

  @Override
  public void listDefinitions(
      ListDefinitionsRequest request, StreamObserver<ListDefinitionsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
          PageRequest asked = new PageRequest(List.of("definitions"), request.getCursor(), limit);
          // Ids are in the order of creation.
          Condition after = asked.afterId().map(DEFINITION.DEFINITION_ID::gt).orElse(noCondition());
          return database.inTenant(
              tenantId,
              tx -> {
                Page<DefinitionRecord> page =
                    asked.page(
                        tx.selectFrom(DEFINITION)
                            .where(DEFINITION.TENANT_ID.eq(tenantId))
                            .and(after)
                            .orderBy(DEFINITION.DEFINITION_ID)
                            .limit(asked.toRead())
                            .fetch(),
                        row -> List.of(row.getDefinitionId()));
                Map<UUID, ThresholdRecord> thresholds = DefinitionStore.thresholds(tx, page.rows());
                return ListDefinitionsResponse.newBuilder()
                    .addAllData(
                        page.map(
                            row ->
                                DefinitionMessages.definition(
                                    row, thresholds.get(row.getDefinitionId()))))
                    .setPagination(
                        page.describe(
                            CursorPagination.newBuilder(),
                            tx.fetchCount(DEFINITION, DEFINITION.TENANT_ID.eq(tenantId))))
                    .build();
              });
        });
  }

  @Override
  public void createDefinition(
      CreateDefinitionRequest request, StreamObserver<DefinitionResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          DefinitionRecord definition = NewDefinition.of(tenantId, request);
          String asked =
              Slugs.asked(
                  request.hasSlug(),
                  request.getSlug(),
                  request.hasMetricId(),
                  request.getMetricId());
          return database.inTenant(
              tenantId,
              tx -> {
                definition.setSlug(Slugs.reserve(tx, tenantId, asked, request.getName()));
                DefinitionStore.insert(tx, definition, now());
                return DefinitionMessages.response(tx, definition);
              });
        });
  }

  @Override
  public void getDefinition(GetDefinitionRequest request, StreamObserver<DefinitionResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId,
              tx ->
                  DefinitionMessages.response(
                      tx, DefinitionStore.find(tx, tenantId, request.getIdOrSlug())));
        });
  }

  @Override
  public void updateDefinition(
      UpdateDefinitionRequest request, StreamObserver<DefinitionResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId,
              tx -> {
                DefinitionRecord definition = enter(tx, tenantId, request.getIdOrSlug());
                refuseBehavioral(definition, "update it at PUT");
                DefinitionChanges.apply(request, definition);
                DefinitionStore.update(tx, definition, request.getChangeReason(), now());
                return DefinitionMessages.response(tx, definition);
              });
        });
  }

  @Override
  public void deleteDefinition(DeleteDefinitionRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId,
              tx -> {
                DefinitionRecord definition = enter(tx, tenantId, request.getIdOrSlug());
                refuseBehavioral(definition, "delete it at DELETE");
                UUID id = definition.getDefinitionId();
                List<String> users = DefinitionStore.thresholdsOn(tx, tenantId, id);
                if (!users.isEmpty()) {
                  throw DefinitionStore.inUse(definition, users);
                }
                DefinitionStore.delete(tx, tenantId, id);
                return Empty.getDefaultInstance();
              });
        });
  }

  /// A behavioral metric has routes of its own.
  private static void refuseBehavioral(DefinitionRecord definition, String instead) {
    if (definition.getCalculation().equals("behavioral")) {
      throw DefinitionStore.wrongKind(
          definition, "is a behavioral metric; " + instead + " /api/v1/behavioral-metrics");
    }
  }

  /// The definition as it is with its tree to ourselves.
  private static DefinitionRecord enter(DSLContext tx, String tenantId, String idOrSlug) {
    DefinitionStore.enterAlone(tx, DefinitionStore.find(tx, tenantId, idOrSlug).getRootId());
    return DefinitionStore.find(tx, tenantId, idOrSlug);
  }

  @Override
  public void listVersions(ListVersionsRequest request, StreamObserver<ListVersionsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId,
              tx ->
                  VersionList.of(
                      tx, DefinitionStore.find(tx, tenantId, request.getIdOrSlug()), request));
        });
  }

  @Override
  public void createVariant(CreateVariantRequest request, StreamObserver<VariantResponse> out) {
    Unary.respond(out, () -> variants.create(request));
  }

  @Override
  public void listVariants(ListVariantsRequest request, StreamObserver<ListVariantsResponse> out) {
    Unary.respond(out, () -> variants.list(request));
  }

  /// As precise as the database stores it.
  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
