package sextant.dashboard.catalogue;

import static sextant.dashboard.jooq.dashboard.Tables.ALGORITHM_MODEL;

import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.OrderField;
import sextant.dashboard.v1.AlgorithmModel;

/// Finds algorithm models.
public final class AlgorithmModels {

  private static final EntryColumns<AlgorithmModel> COLUMNS =
      new EntryColumns<>(AlgorithmModel.getDefaultInstance(), ALGORITHM_MODEL);
  private static final Condition ACTIVE = ALGORITHM_MODEL.STATUS.eq("active");

  private AlgorithmModels() {}

  public static Optional<AlgorithmModel> find(DSLContext db, String tenantId, String id) {
    return first(db, tenantId, ALGORITHM_MODEL.ID.eq(id));
  }

  /// The active model that was trained last, ties by id.
  public static Optional<AlgorithmModel> lastTrained(DSLContext db, String tenantId) {
    return first(
        db,
        tenantId,
        ACTIVE,
        ALGORITHM_MODEL.LAST_TRAINED_AT.desc().nullsLast(),
        ALGORITHM_MODEL.ID.collate("C"));
  }

  private static Optional<AlgorithmModel> first(
      DSLContext db, String tenantId, Condition condition, OrderField<?>... order) {
    return db.select(COLUMNS.fields())
        .from(ALGORITHM_MODEL)
        .where(ALGORITHM_MODEL.TENANT_ID.eq(tenantId))
        .and(condition)
        .orderBy(order)
        .limit(1)
        .fetchOptional(COLUMNS::entry);
  }

  public static long countActive(DSLContext db, String tenantId) {
    return db.fetchCount(ALGORITHM_MODEL, ALGORITHM_MODEL.TENANT_ID.eq(tenantId), ACTIVE);
  }
}
