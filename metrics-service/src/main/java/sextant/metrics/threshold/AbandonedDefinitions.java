package sextant.metrics.threshold;

import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static sextant.metrics.jooq.Tables.ABANDONED_DEFINITION;
import static sextant.metrics.jooq.Tables.CHANGED_VALUE;
import static sextant.metrics.jooq.Tables.DEFINITION_VALUE;
import static sextant.metrics.jooq.Tables.TRANSITION;

import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.kit.db.Database;

/// Deletes, piece by piece, what definitions that are gone left behind.
public final class AbandonedDefinitions {

  private static final int PIECE = 5_000;

  private final Database database;

  public AbandonedDefinitions(Database database) {
    this.database = database;
  }

  /// Deletes one piece; 0 when there was nothing.
  public int drain() {
    return database.acrossTenants(
        tx ->
            tx.selectFrom(ABANDONED_DEFINITION)
                .limit(1)
                .fetchOptional()
                .map(gone -> deletePiece(tx, gone.getTenantId(), gone.getDefinitionId()))
                .orElse(0));
  }

  private static int deletePiece(DSLContext tx, String tenantId, UUID id) {
    int deleted =
        deleteValues(tx, tenantId, id)
            + deleteTransitions(tx, tenantId, id)
            + tx.deleteFrom(CHANGED_VALUE)
                .where(CHANGED_VALUE.TENANT_ID.eq(tenantId))
                .and(CHANGED_VALUE.METRIC_ID.eq(id))
                .execute();
    if (deleted == 0) {
      tx.deleteFrom(ABANDONED_DEFINITION)
          .where(ABANDONED_DEFINITION.TENANT_ID.eq(tenantId))
          .and(ABANDONED_DEFINITION.DEFINITION_ID.eq(id))
          .execute();
    }
    return Math.max(deleted, 1);
  }

  private static int deleteValues(DSLContext tx, String tenantId, UUID id) {
    Condition ofThis =
        DEFINITION_VALUE.TENANT_ID.eq(tenantId).and(DEFINITION_VALUE.DEFINITION_ID.eq(id));
    return tx.deleteFrom(DEFINITION_VALUE)
        .where(ofThis)
        .and(
            row(DEFINITION_VALUE.SUBJECT_ID, DEFINITION_VALUE.VALUE_ID)
                .in(
                    select(DEFINITION_VALUE.SUBJECT_ID, DEFINITION_VALUE.VALUE_ID)
                        .from(DEFINITION_VALUE)
                        .where(ofThis)
                        .limit(PIECE)))
        .execute();
  }

  private static int deleteTransitions(DSLContext tx, String tenantId, UUID id) {
    Condition ofThis = TRANSITION.TENANT_ID.eq(tenantId).and(TRANSITION.THRESHOLD_ID.eq(id));
    return tx.deleteFrom(TRANSITION)
        .where(ofThis)
        .and(
            TRANSITION.POSITION.in(
                select(TRANSITION.POSITION).from(TRANSITION).where(ofThis).limit(PIECE)))
        .execute();
  }
}
