package sextant.metrics.definition;

import java.util.UUID;
import sextant.kit.db.Database;
import sextant.kit.rpc.ApiException;
import sextant.metrics.compute.BatchCompute;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.realtime.LiveBuild;
import sextant.metrics.realtime.WindowSweeper;

/// Brings the values of a metric up to date because a caller asks for it.
final class RequestedCompute {

  private final Database database;
  private final MetricRepository metrics;
  private final TypeReconciliation reconciliation;
  private final BatchCompute compute;
  private final LiveBuild build;
  private final WindowSweeper sweeper;

  RequestedCompute(
      Database database,
      MetricRepository metrics,
      TypeReconciliation reconciliation,
      BatchCompute compute,
      LiveBuild build,
      WindowSweeper sweeper) {
    this.database = database;
    this.metrics = metrics;
    this.reconciliation = reconciliation;
    this.compute = compute;
    this.build = build;
    this.sweeper = sweeper;
  }

  /// How many values there are now.
  long run(String tenantId, UUID metricId) {
    reconciliation.run(tenantId);
    if (!MetricRules.isLive(find(tenantId, metricId))) {
      return compute.compute(tenantId, metricId);
    }
    // Values that follow the interactions are right but for the edges of the window.
    build.buildIfNeeded(tenantId, metricId);
    sweeper.advance(tenantId, metricId);
    return find(tenantId, metricId).getValueCount();
  }

  private MetricRecord find(String tenantId, UUID metricId) {
    return database
        .inTenant(tenantId, tx -> metrics.find(tx, tenantId, metricId))
        .orElseThrow(() -> ApiException.notFound("metric", metricId.toString()));
  }
}
