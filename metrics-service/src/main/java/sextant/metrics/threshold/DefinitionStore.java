package sextant.metrics.threshold;

import static org.jooq.impl.DSL.any;
import static sextant.metrics.jooq.Tables.ABANDONED_DEFINITION;
import static sextant.metrics.jooq.Tables.DEFINITION;
import static sextant.metrics.jooq.Tables.DEFINITION_VARIANT;
import static sextant.metrics.jooq.Tables.DEFINITION_VERSION;
import static sextant.metrics.jooq.Tables.THRESHOLD;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.metrics.Locks;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.ThresholdRecord;

/// Definitions in the database.
final class DefinitionStore {

  static final String RESOURCE = "metric definition";

  private static final String DEFAULT_VARIANT = "Default";
  private static final String LOCK = "definition";

  private DefinitionStore() {}

  /// By id or slug.
  static DefinitionRecord find(DSLContext tx, String tenantId, String idOrSlug) {
    Condition named =
        Ids.parse(idOrSlug).map(DEFINITION.DEFINITION_ID::eq).orElse(DEFINITION.SLUG.eq(idOrSlug));
    return tx.selectFrom(DEFINITION)
        .where(DEFINITION.TENANT_ID.eq(tenantId))
        .and(named)
        .fetchOptional()
        .orElseThrow(() -> ApiException.notFound(RESOURCE, idOrSlug));
  }

  static Optional<DefinitionRecord> find(DSLContext tx, String tenantId, UUID id) {
    return tx.selectFrom(DEFINITION)
        .where(DEFINITION.TENANT_ID.eq(tenantId))
        .and(DEFINITION.DEFINITION_ID.eq(id))
        .fetchOptional();
  }

  /// What those of `definitions` that are thresholds compare, by id.
  static Map<UUID, ThresholdRecord> thresholds(DSLContext tx, List<DefinitionRecord> definitions) {
    UUID[] ids =
        definitions.stream()
            .filter(definition -> definition.getCalculation().equals("threshold"))
            .map(DefinitionRecord::getDefinitionId)
            .toArray(UUID[]::new);
    return ids.length == 0
        ? Map.of()
        : tx.selectFrom(THRESHOLD)
            .where(THRESHOLD.TENANT_ID.eq(definitions.getFirst().getTenantId()))
            .and(THRESHOLD.THRESHOLD_ID.eq(any(ids)))
            .fetchMap(THRESHOLD.THRESHOLD_ID);
  }

  /// Keeps everybody else off the tree of a root until the transaction ends: its values are
  /// evaluated by one transaction after the other, and nothing is hung on it or cut off meanwhile.
  static void enterAlone(DSLContext tx, UUID rootId) {
    Locks.exclusive(tx, LOCK, rootId.toString());
  }

  /// The same unless somebody is there already; whether it succeeded.
  static boolean tryEnterAlone(DSLContext tx, UUID rootId) {
    return Locks.tryExclusive(tx, LOCK, rootId.toString());
  }

  /// Keeps off only those who want the tree alone.
  static void enter(DSLContext tx, UUID rootId) {
    Locks.shared(tx, LOCK, rootId.toString());
  }

  /// Inserts a definition with its default variant and first version.
  static void insert(DSLContext tx, DefinitionRecord definition, Instant now) {
    definition.setVariantId(Ids.next());
    definition.setVersionId(Ids.next());
    tx.insertInto(DEFINITION).set(definition).execute();
    tx.insertInto(DEFINITION_VARIANT)
        .values(
            definition.getTenantId(),
            definition.getDefinitionId(),
            definition.getVariantId(),
            DEFAULT_VARIANT,
            now)
        .execute();
    insertVersion(tx, definition, "", now);
  }

  /// Stores a changed definition as a new version.
  static void update(DSLContext tx, DefinitionRecord definition, String reason, Instant now) {
    definition.setVersionId(Ids.next());
    tx.update(DEFINITION)
        .set(definition)
        .where(DEFINITION.TENANT_ID.eq(definition.getTenantId()))
        .and(DEFINITION.DEFINITION_ID.eq(definition.getDefinitionId()))
        .execute();
    insertVersion(tx, definition, reason, now);
  }

  private static void insertVersion(
      DSLContext tx, DefinitionRecord definition, String reason, Instant now) {
    tx.insertInto(DEFINITION_VERSION)
        .values(
            definition.getTenantId(),
            definition.getDefinitionId(),
            definition.getVersionId(),
            definition.getName(),
            definition.getDescription(),
            definition.getUnitName(),
            definition.getUnitSymbol(),
            reason,
            now)
        .execute();
  }

  /// Removes a definition that nothing watches; its values go in the background.
  static void delete(DSLContext tx, String tenantId, UUID id) {
    tx.deleteFrom(DEFINITION)
        .where(DEFINITION.TENANT_ID.eq(tenantId))
        .and(DEFINITION.DEFINITION_ID.eq(id))
        .execute();
    tx.insertInto(ABANDONED_DEFINITION).values(tenantId, id).onConflictDoNothing().execute();
  }

  /// `threshold:slug` of the thresholds that watch a definition.
  static List<String> thresholdsOn(DSLContext tx, String tenantId, UUID id) {
    return tx.select(DEFINITION.SLUG)
        .from(THRESHOLD)
        .join(DEFINITION)
        .on(DEFINITION.TENANT_ID.eq(THRESHOLD.TENANT_ID))
        .and(DEFINITION.DEFINITION_ID.eq(THRESHOLD.THRESHOLD_ID))
        .where(THRESHOLD.TENANT_ID.eq(tenantId))
        .and(THRESHOLD.SOURCE_ID.eq(id))
        .orderBy(DEFINITION.SLUG)
        .fetch(slug -> "threshold:" + slug.value1());
  }

  static ApiException inUse(DefinitionRecord definition, List<String> users) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_IN_USE,
        RESOURCE + " " + definition.getSlug() + " is used by " + String.join(", ", users),
        Map.of(
            "resource",
            RESOURCE,
            "id",
            definition.getDefinitionId().toString(),
            "references",
            String.join(",", users)));
  }

  /// The refusal of what only another kind of definition allows.
  static ApiException wrongKind(DefinitionRecord definition, String message) {
    return ApiException.of(
        ErrorReason.ERROR_REASON_WRONG_STATE,
        RESOURCE + " " + definition.getSlug() + " " + message,
        Map.of(
            "resource",
            RESOURCE,
            "id",
            definition.getDefinitionId().toString(),
            "state",
            definition.getCalculation()));
  }
}
