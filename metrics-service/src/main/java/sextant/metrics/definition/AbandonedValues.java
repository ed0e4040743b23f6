package sextant.metrics.definition;

import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static sextant.metrics.jooq.Tables.ABANDONED_VALUE_SET;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.kit.db.Database;
import sextant.metrics.jooq.tables.records.AbandonedValueSetRecord;

/// Deletes, piece by piece, values that no metric shows any more.
public final class AbandonedValues {

  private static final int PIECE = 5_000;

  private final Database database;

  public AbandonedValues(Database database) {
    this.database = database;
  }

  /// Deletes one piece; returns the number of values deleted, or 1 for an empty set that went.
  public int drain() {
    return database.acrossTenants(
        tx ->
            tx.selectFrom(ABANDONED_VALUE_SET)
                .limit(1)
                .fetchOptional()
                .map(set -> deletePiece(tx, set))
                .orElse(0));
  }

  private static int deletePiece(DSLContext tx, AbandonedValueSetRecord set) {
    Condition ofThisSet =
        METRIC_VALUE
            .TENANT_ID
            .eq(set.getTenantId())
            .and(METRIC_VALUE.METRIC_ID.eq(set.getMetricId()))
            .and(METRIC_VALUE.EPOCH.eq(set.getEpoch()));
    int deleted =
        tx.deleteFrom(METRIC_VALUE)
            .where(ofThisSet)
            .and(
                row(METRIC_VALUE.CUSTOMER_ID, METRIC_VALUE.DIMENSION_1, METRIC_VALUE.DIMENSION_2)
                    .in(
                        select(
                                METRIC_VALUE.CUSTOMER_ID,
                                METRIC_VALUE.DIMENSION_1,
                                METRIC_VALUE.DIMENSION_2)
                            .from(METRIC_VALUE)
                            .where(ofThisSet)
                            .limit(PIECE)))
            .execute();
    if (deleted < PIECE) {
      tx.deleteFrom(ABANDONED_VALUE_SET)
          .where(ABANDONED_VALUE_SET.TENANT_ID.eq(set.getTenantId()))
          .and(ABANDONED_VALUE_SET.METRIC_ID.eq(set.getMetricId()))
          .and(ABANDONED_VALUE_SET.EPOCH.eq(set.getEpoch()))
          .execute();
    }
    return Math.max(deleted, 1);
  }
}
