package sextant.metrics.definition;

import java.util.Objects;
import org.jooq.DSLContext;
import sextant.metrics.jooq.tables.records.MetricRecord;

/// What becomes of a metric's values when its definition changes. The caller has the metric for
/// itself, keeps writers of interactions out, and stores it afterwards.
final class ValueSets {

  private ValueSets() {}

  /// The values so far belong to another definition: from here on there are none.
  static void startAnew(DSLContext tx, MetricRepository metrics, MetricRecord metric) {
    freeze(tx, metrics, metric);
    metrics.abandonValues(tx, metric.getTenantId(), metric.getMetricId(), metric.getEpoch());
    metric.setLastEpoch(metric.getLastEpoch() + 1);
    metric.setEpoch(metric.getLastEpoch());
    metric.setValueCount(0L);
    metric.setLastComputedAt(null);
    metric.setArrivalsSeen(null);
  }

  /// The values shown stay as they are; interactions change them no more.
  static void freeze(DSLContext tx, MetricRepository metrics, MetricRecord metric) {
    Integer live = metric.getRealtimeEpoch();
    if (live == null) {
      return;
    }
    if (!Objects.equals(live, metric.getEpoch())) {
      metrics.abandonValues(tx, metric.getTenantId(), metric.getMetricId(), live);
    }
    metric.setRealtimeEpoch(null);
    metric.setArrivalsSeen(null);
  }
}
