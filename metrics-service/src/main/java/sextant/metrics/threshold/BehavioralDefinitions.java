package sextant.metrics.threshold;

import static sextant.metrics.jooq.Tables.METRIC;

import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.realtime.LiveMetrics;

/// Behavioral metrics as definitions. They come, change and go in the transactions in which the
/// metrics do.
public final class BehavioralDefinitions {

  private BehavioralDefinitions() {}

  public static void add(DSLContext tx, MetricRecord metric) {
    DefinitionRecord definition = new DefinitionRecord();
    definition.setTenantId(metric.getTenantId());
    definition.setDefinitionId(metric.getMetricId());
    definition.setRootId(metric.getMetricId());
    definition.setCalculation("behavioral");
    definition.setScope("global");
    definition.setContexts(new String[] {"call"});
    definition.setOptions(new String[0]);
    definition.setWatched(false);
    describe(definition, metric);
    definition.setSlug(Slugs.reserve(tx, metric.getTenantId(), "", metric.getName()));
    DefinitionStore.insert(tx, definition, metric.getCreatedAt());
  }

  /// The slug stays.
  public static void change(DSLContext tx, MetricRecord metric) {
    DefinitionRecord definition =
        DefinitionStore.find(tx, metric.getTenantId(), metric.getMetricId()).orElseThrow();
    describe(definition, metric);
    DefinitionStore.update(tx, definition, "", metric.getUpdatedAt());
  }

  private static void describe(DefinitionRecord definition, MetricRecord metric) {
    definition.setName(metric.getName());
    definition.setDescription(metric.getDescription());
    definition.setOutputType(metric.getAggregateFunction().equals("count") ? "count" : "numeric");
  }

  /// `threshold:slug` of the thresholds that watch a metric; until the transaction ends there will
  /// be no others.
  public static List<String> enterThresholds(DSLContext tx, String tenantId, UUID metricId) {
    DefinitionStore.enterAlone(tx, metricId);
    return DefinitionStore.thresholdsOn(tx, tenantId, metricId);
  }

  public static void remove(DSLContext tx, String tenantId, UUID metricId) {
    DefinitionStore.delete(tx, tenantId, metricId);
  }

  /// Has every changed value of the metric noted from here on, and all there are evaluated. Nothing
  /// slips through: writers of interactions are kept out meanwhile, and a computation that did not
  /// see this starts over.
  static void watch(DSLContext tx, String tenantId, UUID metricId) {
    LiveMetrics.enterAlone(tx, tenantId);
    tx.update(METRIC)
        .set(METRIC.WATCHED, true)
        .setNull(METRIC.EVALUATED_EPOCH)
        .where(METRIC.TENANT_ID.eq(tenantId))
        .and(METRIC.METRIC_ID.eq(metricId))
        .execute();
  }
}
