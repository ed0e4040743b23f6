package sextant.metrics.threshold;

import static org.jooq.impl.DSL.noCondition;
import static sextant.metrics.jooq.Tables.DEFINITION;
import static sextant.metrics.jooq.Tables.DEFINITION_VARIANT;
import static sextant.metrics.jooq.Tables.DEFINITION_VERSION;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.PageToken;
import sextant.kit.rpc.Unary;
import sextant.metrics.Locks;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionVariantRecord;
import sextant.metrics.jooq.tables.records.DefinitionVersionRecord;
import sextant.metrics.jooq.tables.records.ThresholdRecord;
import sextant.metrics.v1.CreateDefinitionRequest;
import sextant.metrics.v1.CreateVariantRequest;
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
import sextant.metrics.v1.Variant;
import sextant.metrics.v1.VariantResponse;

/// Metric definitions over gRPC.
public final class DefinitionsService extends DefinitionsServiceImplBase {

  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int MAX_VARIANTS = 50;
  private static final Set<String> UPDATABLE =
      Set.of("name", "description", "unit", "change_reason");

  private final Database database;
  private final InstantSource time;

  public DefinitionsService(Database database, InstantSource time) {
    this.database = database;
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
          List<String> list = List.of("definitions");
          // Ids are in the order of creation.
          Condition after =
              PageToken.decode(request.getCursor(), list, 1)
                  .map(key -> DEFINITION.DEFINITION_ID.gt(id(key)))
                  .orElse(noCondition());
          return database.inTenant(
              tenantId,
              tx -> {
                List<DefinitionRecord> rows =
                    tx.selectFrom(DEFINITION)
                        .where(DEFINITION.TENANT_ID.eq(tenantId))
                        .and(after)
                        .orderBy(DEFINITION.DEFINITION_ID)
                        .limit(limit + 1)
                        .fetch();
                Map<UUID, ThresholdRecord> thresholds = DefinitionStore.thresholds(tx, rows);
                ListDefinitionsResponse.Builder page = ListDefinitionsResponse.newBuilder();
                rows.stream()
                    .limit(limit)
                    .map(
                        row ->
                            DefinitionMessages.definition(
                                row, thresholds.get(row.getDefinitionId())))
                    .forEach(page::addData);
                page.getPaginationBuilder()
                    .setTotal(tx.fetchCount(DEFINITION, DEFINITION.TENANT_ID.eq(tenantId)))
                    .setLimit(limit)
                    .setHasMore(rows.size() > limit);
                if (rows.size() > limit) {
                  page.getPaginationBuilder()
                      .setCursor(cursor(list, rows.get(limit - 1).getDefinitionId()));
                }
                return page.build();
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
                if (definition.getCalculation().equals("behavioral")) {
                  throw DefinitionStore.wrongKind(
                      definition,
                      "is a behavioral metric; update it at PUT /api/v1/behavioral-metrics");
                }
                change(definition, request);
                DefinitionStore.update(tx, definition, request.getChangeReason(), now());
                return DefinitionMessages.response(tx, definition);
              });
        });
  }

  private static void change(DefinitionRecord definition, UpdateDefinitionRequest request) {
    Set<String> mask = new LinkedHashSet<>(request.getUpdateMask().getPathsList());
    if (mask.isEmpty()) {
      request.getAllFields().keySet().forEach(field -> mask.add(field.getName()));
      mask.remove("update_mask");
    }
    mask.remove("id_or_slug");
    for (String field : mask) {
      if (!UPDATABLE.contains(field)) {
        throw ApiException.invalid(
            "update_mask", "\"" + field + "\" is not a field that can be updated");
      }
      if (definition.getCalculation().equals("threshold")
          && (field.equals("description") || field.equals("unit"))) {
        throw ApiException.invalid(field, "cannot be changed of a threshold, only the name can");
      }
      switch (field) {
        case "name" -> {
          if (request.getName().isBlank()) {
            throw ApiException.invalid("name", "must not be blank");
          }
          definition.setName(request.getName());
        }
        case "description" -> definition.setDescription(request.getDescription());
        case "unit" -> {
          definition.setUnitName(request.hasUnit() ? request.getUnit().getName() : null);
          definition.setUnitSymbol(
              request.getUnit().hasSymbol() ? request.getUnit().getSymbol() : null);
        }
        default -> {} // The reason goes with the version.
      }
    }
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
                if (definition.getCalculation().equals("behavioral")) {
                  throw DefinitionStore.wrongKind(
                      definition,
                      "is a behavioral metric; delete it at DELETE /api/v1/behavioral-metrics");
                }
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
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
          return database.inTenant(
              tenantId,
              tx -> {
                UUID definitionId =
                    DefinitionStore.find(tx, tenantId, request.getIdOrSlug()).getDefinitionId();
                return versions(tx, tenantId, definitionId, limit, request.getCursor());
              });
        });
  }

  private static ListVersionsResponse versions(
      DSLContext tx, String tenantId, UUID definitionId, int limit, String cursor) {
    List<?> list = List.of("versions", definitionId);
    Condition after =
        PageToken.decode(cursor, list, 1)
            .map(key -> DEFINITION_VERSION.VERSION_ID.lt(id(key)))
            .orElse(noCondition());
    Condition ofThis =
        DEFINITION_VERSION
            .TENANT_ID
            .eq(tenantId)
            .and(DEFINITION_VERSION.DEFINITION_ID.eq(definitionId));
    List<DefinitionVersionRecord> rows =
        tx.selectFrom(DEFINITION_VERSION)
            .where(ofThis)
            .and(after)
            .orderBy(DEFINITION_VERSION.VERSION_ID.desc())
            .limit(limit + 1)
            .fetch();
    ListVersionsResponse.Builder page = ListVersionsResponse.newBuilder();
    rows.stream().limit(limit).map(DefinitionMessages::version).forEach(page::addData);
    page.getPaginationBuilder()
        .setTotal(tx.fetchCount(DEFINITION_VERSION, ofThis))
        .setLimit(limit)
        .setHasMore(rows.size() > limit);
    if (rows.size() > limit) {
      page.getPaginationBuilder().setCursor(cursor(list, rows.get(limit - 1).getVersionId()));
    }
    return page.build();
  }

  @Override
  public void createVariant(CreateVariantRequest request, StreamObserver<VariantResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          UUID id = request.hasId() ? UUID.fromString(request.getId()) : Ids.next();
          return database.inTenant(
              tenantId,
              tx -> {
                DefinitionStore.enter(
                    tx, DefinitionStore.find(tx, tenantId, request.getIdOrSlug()).getRootId());
                DefinitionRecord definition =
                    DefinitionStore.find(tx, tenantId, request.getIdOrSlug());
                if (!definition.getCalculation().equals("observed")) {
                  throw DefinitionStore.wrongKind(definition, "has one variant only");
                }
                Locks.exclusive(tx, "variants", definition.getDefinitionId().toString());
                insert(tx, definition, id, request.getName());
                return VariantResponse.newBuilder()
                    .setData(Variant.newBuilder().setId(id.toString()).setName(request.getName()))
                    .build();
              });
        });
  }

  private void insert(DSLContext tx, DefinitionRecord definition, UUID id, String name) {
    List<DefinitionVariantRecord> variants = variants(tx, definition);
    if (variants.size() >= MAX_VARIANTS) {
      throw ApiException.of(
          ErrorReason.ERROR_REASON_LIMIT_REACHED,
          "a definition may have at most " + MAX_VARIANTS + " variants",
          Map.of("resource", "variant", "limit", String.valueOf(MAX_VARIANTS)));
    }
    for (DefinitionVariantRecord variant : variants) {
      if (variant.getVariantId().equals(id)) {
        throw ApiException.alreadyExists("variant", "id", id.toString());
      }
      if (variant.getName().equals(name)) {
        throw ApiException.alreadyExists("variant", "name", name);
      }
    }
    tx.insertInto(DEFINITION_VARIANT)
        .values(definition.getTenantId(), definition.getDefinitionId(), id, name, now())
        .execute();
  }

  @Override
  public void listVariants(ListVariantsRequest request, StreamObserver<ListVariantsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId,
              tx -> {
                DefinitionRecord definition =
                    DefinitionStore.find(tx, tenantId, request.getIdOrSlug());
                ListVariantsResponse.Builder all = ListVariantsResponse.newBuilder();
                for (DefinitionVariantRecord variant : variants(tx, definition)) {
                  all.addDataBuilder()
                      .setId(variant.getVariantId().toString())
                      .setName(variant.getName())
                      .setIsDefault(variant.getVariantId().equals(definition.getVariantId()));
                }
                return all.build();
              });
        });
  }

  private static List<DefinitionVariantRecord> variants(DSLContext tx, DefinitionRecord of) {
    return tx.selectFrom(DEFINITION_VARIANT)
        .where(DEFINITION_VARIANT.TENANT_ID.eq(of.getTenantId()))
        .and(DEFINITION_VARIANT.DEFINITION_ID.eq(of.getDefinitionId()))
        .orderBy(
            DEFINITION_VARIANT.VARIANT_ID.ne(of.getVariantId()),
            DEFINITION_VARIANT.CREATED_AT,
            DEFINITION_VARIANT.VARIANT_ID)
        .fetch();
  }

  private static UUID id(List<String> key) {
    return Ids.parse(key.getFirst()).orElseThrow(PageToken::wrong);
  }

  private static String cursor(List<?> list, UUID last) {
    return PageToken.encode(list, List.of(last.toString()));
  }

  /// As precise as the database stores it.
  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
