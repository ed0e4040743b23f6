package sextant.metrics.definition;

import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.selectOne;
import static sextant.metrics.jooq.Tables.INTERACTION_TYPE;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.OUTCOME_TYPE;

import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record2;
import sextant.kit.db.Database;
import sextant.metrics.realtime.LiveMetrics;

/// Turns metrics whose source was taken for a property into metrics of a type, once a type of that
/// name has been registered or recorded. That is another definition, so its values start anew.
public final class TypeReconciliation {

  private static final Condition MISTAKEN =
      METRIC
          .SOURCE_KIND
          .eq(SourceKind.PROPERTY.stored())
          .and(
              exists(
                      selectOne()
                          .from(INTERACTION_TYPE)
                          .where(INTERACTION_TYPE.TENANT_ID.eq(METRIC.TENANT_ID))
                          .and(INTERACTION_TYPE.TYPE.eq(METRIC.SOURCE_FIELD)))
                  .or(
                      exists(
                          selectOne()
                              .from(OUTCOME_TYPE)
                              .where(OUTCOME_TYPE.TENANT_ID.eq(METRIC.TENANT_ID))
                              .and(OUTCOME_TYPE.KEY.eq(METRIC.SOURCE_FIELD)))));

  private final Database database;
  private final MetricRepository metrics;

  public TypeReconciliation(Database database, MetricRepository metrics) {
    this.database = database;
    this.metrics = metrics;
  }

  /// Of all tenants; returns how many metrics changed.
  public int drain() {
    return database.acrossTenants(TypeReconciliation::mistaken).stream()
        .mapToInt(metric -> correct(metric.value1(), metric.value2()))
        .sum();
  }

  void run(String tenantId) {
    database
        .inTenant(tenantId, TypeReconciliation::mistaken)
        .forEach(metric -> correct(tenantId, metric.value2()));
  }

  private static List<Record2<String, UUID>> mistaken(DSLContext tx) {
    return tx.select(METRIC.TENANT_ID, METRIC.METRIC_ID).from(METRIC).where(MISTAKEN).fetch();
  }

  private int correct(String tenantId, UUID metricId) {
    return database.inTenant(
        tenantId,
        tx -> {
          LiveMetrics.enterAlone(tx, tenantId);
          return metrics
              .findForUpdate(tx, tenantId, metricId)
              .filter(metric -> metric.getSourceKind().equals(SourceKind.PROPERTY.stored()))
              .map(
                  metric -> {
                    metric.setSourceKind(SourceKind.TYPE.stored());
                    ValueSets.startAnew(tx, metrics, metric);
                    metrics.update(tx, metric);
                    return 1;
                  })
              .orElse(0);
        });
  }
}
