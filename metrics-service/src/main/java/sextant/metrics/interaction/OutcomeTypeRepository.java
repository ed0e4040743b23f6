package sextant.metrics.interaction;

import static org.jooq.impl.DSL.any;
import static sextant.metrics.jooq.Tables.OUTCOME_TYPE;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import sextant.metrics.jooq.tables.records.OutcomeTypeRecord;
import sextant.metrics.v1.Classification;
import sextant.metrics.v1.OutcomeType;

/// A tenant's outcome types beside the shipped ones.
final class OutcomeTypeRepository {

  private static final String PREFIX = "CLASSIFICATION_";

  /// What each of `keys` means to the tenant; a key that nobody registered is neutral.
  Map<String, OutcomeType> resolve(DSLContext db, String tenantId, Collection<String> keys) {
    Map<String, OutcomeType> resolved = new HashMap<>();
    Set<String> own = new HashSet<>();
    for (String key : keys) {
      ShippedTypes.find(key)
          .ifPresentOrElse(shipped -> resolved.put(key, shipped), () -> own.add(key));
    }
    if (!own.isEmpty()) {
      db.selectFrom(OUTCOME_TYPE)
          .where(OUTCOME_TYPE.TENANT_ID.eq(tenantId))
          .and(OUTCOME_TYPE.KEY.eq(any(own.toArray(String[]::new))))
          .forEach(row -> resolved.put(row.getKey(), toProto(row)));
      own.forEach(key -> resolved.computeIfAbsent(key, OutcomeTypeRepository::unknown));
    }
    return resolved;
  }

  private static OutcomeType unknown(String key) {
    return OutcomeType.newBuilder()
        .setKey(key)
        .setName(key)
        .setClassification(Classification.CLASSIFICATION_NEUTRAL)
        .build();
  }

  List<OutcomeType> list(DSLContext db, String tenantId) {
    return db.selectFrom(OUTCOME_TYPE)
        .where(OUTCOME_TYPE.TENANT_ID.eq(tenantId))
        .fetch(OutcomeTypeRepository::toProto);
  }

  int countOthers(DSLContext db, String tenantId, String key) {
    return db.fetchCount(
        OUTCOME_TYPE, OUTCOME_TYPE.TENANT_ID.eq(tenantId), OUTCOME_TYPE.KEY.ne(key));
  }

  void upsert(DSLContext db, String tenantId, OutcomeType type) {
    OutcomeTypeRecord row = new OutcomeTypeRecord();
    row.setTenantId(tenantId);
    row.setKey(type.getKey());
    row.setName(type.getName());
    row.setClassification(
        type.getClassification().name().substring(PREFIX.length()).toLowerCase(Locale.ROOT));
    row.setIsImpression(type.getImpression());
    row.setIsConversion(type.getConversion());
    db.insertInto(OUTCOME_TYPE)
        .set(row)
        .onConflict(OUTCOME_TYPE.TENANT_ID, OUTCOME_TYPE.KEY)
        .doUpdate()
        .setNonPrimaryKeyToExcluded()
        .execute();
  }

  /// Whether there was such a type.
  boolean delete(DSLContext db, String tenantId, String key) {
    return db.deleteFrom(OUTCOME_TYPE)
            .where(OUTCOME_TYPE.TENANT_ID.eq(tenantId))
            .and(OUTCOME_TYPE.KEY.eq(key))
            .execute()
        == 1;
  }

  private static OutcomeType toProto(OutcomeTypeRecord row) {
    return OutcomeType.newBuilder()
        .setKey(row.getKey())
        .setName(row.getName())
        .setClassification(
            Classification.valueOf(PREFIX + row.getClassification().toUpperCase(Locale.ROOT)))
        .setImpression(row.getIsImpression())
        .setConversion(row.getIsConversion())
        .build();
  }
}
