package sextant.metrics.threshold;

import static sextant.metrics.jooq.Tables.DEFINITION_VARIANT;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.metrics.Locks;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionVariantRecord;
import sextant.metrics.v1.CreateVariantRequest;
import sextant.metrics.v1.ListVariantsRequest;
import sextant.metrics.v1.ListVariantsResponse;
import sextant.metrics.v1.Variant;
import sextant.metrics.v1.VariantResponse;

/// The variants of observed definitions: which ways of measuring there are.
final class Variants {

  private static final int MAX_VARIANTS = 50;

  private final Database database;
  private final InstantSource time;

  Variants(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  VariantResponse create(CreateVariantRequest request) {
    String tenantId = Caller.current().tenantId();
    UUID id = request.hasId() ? UUID.fromString(request.getId()) : Ids.next();
    return database.inTenant(
        tenantId,
        tx -> {
          DefinitionStore.enter(
              tx, DefinitionStore.find(tx, tenantId, request.getIdOrSlug()).getRootId());
          DefinitionRecord definition = DefinitionStore.find(tx, tenantId, request.getIdOrSlug());
          if (!definition.getCalculation().equals("observed")) {
            throw DefinitionStore.wrongKind(definition, "has one variant only");
          }
          Locks.exclusive(tx, "variants", definition.getDefinitionId().toString());
          insert(tx, definition, id, request.getName());
          return VariantResponse.newBuilder()
              .setData(Variant.newBuilder().setId(id.toString()).setName(request.getName()))
              .build();
        });
  }

  private void insert(DSLContext tx, DefinitionRecord definition, UUID id, String name) {
    List<DefinitionVariantRecord> variants = of(tx, definition);
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
        .values(
            definition.getTenantId(),
            definition.getDefinitionId(),
            id,
            name,
            time.instant().truncatedTo(ChronoUnit.MICROS))
        .execute();
  }

  ListVariantsResponse list(ListVariantsRequest request) {
    String tenantId = Caller.current().tenantId();
    return database.inTenant(
        tenantId,
        tx -> {
          DefinitionRecord definition = DefinitionStore.find(tx, tenantId, request.getIdOrSlug());
          ListVariantsResponse.Builder all = ListVariantsResponse.newBuilder();
          for (DefinitionVariantRecord variant : of(tx, definition)) {
            all.addDataBuilder()
                .setId(variant.getVariantId().toString())
                .setName(variant.getName())
                .setIsDefault(variant.getVariantId().equals(definition.getVariantId()));
          }
          return all.build();
        });
  }

  private static List<DefinitionVariantRecord> of(DSLContext tx, DefinitionRecord definition) {
    return tx.selectFrom(DEFINITION_VARIANT)
        .where(DEFINITION_VARIANT.TENANT_ID.eq(definition.getTenantId()))
        .and(DEFINITION_VARIANT.DEFINITION_ID.eq(definition.getDefinitionId()))
        .orderBy(
            DEFINITION_VARIANT.VARIANT_ID.ne(definition.getVariantId()),
            DEFINITION_VARIANT.CREATED_AT,
            DEFINITION_VARIANT.VARIANT_ID)
        .fetch();
  }
}
