package sextant.metrics.definition;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.MetricValueRecord;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricStatus;
import sextant.metrics.v1.MetricValue;

/// Rows as the contract shows them.
final class MetricMessages {

  private MetricMessages() {}

  static Metric metric(MetricRecord row) {
    Metric.Builder metric =
        Metric.newBuilder()
            .setId(row.getMetricId().toString())
            .setName(row.getName())
            .setDescription(row.getDescription())
            .setAggregateFunction(
                AggregateFunction.valueOf(
                    "AGGREGATE_FUNCTION_" + upper(row.getAggregateFunction())))
            .setSourceField(row.getSourceField())
            .addAllGroupByDimensions(List.of(row.getGroupByDimensions()))
            .setComputeMode(ComputeMode.valueOf("COMPUTE_MODE_" + upper(row.getComputeMode())))
            .setBatchIntervalMin(row.getBatchIntervalMin())
            .setStatus(MetricStatus.valueOf("METRIC_STATUS_" + upper(row.getStatus())))
            .setCreatedAt(Timestamps.of(row.getCreatedAt()))
            .setUpdatedAt(Timestamps.of(row.getUpdatedAt()));
    metric.getCountsBuilder().setValues(row.getValueCount());
    if (row.getWindowDays() != null) {
      metric.setWindowDays(row.getWindowDays());
    }
    if (row.getFilterConditions() != null) {
      metric.setFilterConditions(row.getFilterConditions());
    }
    if (row.getSqlFilter() != null) {
      metric.setSqlFilter(row.getSqlFilter());
    }
    if (row.getLastComputedAt() != null) {
      metric.setLastComputedAt(Timestamps.of(row.getLastComputedAt()));
    }
    return metric.build();
  }

  /// A value of a realtime metric is right `now`, any other one when it was last computed.
  static MetricValue value(MetricRecord metric, MetricValueRecord row, Instant now) {
    Instant computedAt = MetricReader.isLive(metric) ? now : metric.getLastComputedAt();
    MetricValue.Builder value =
        MetricValue.newBuilder()
            .setId(valueId(row).toString())
            .setMetricId(row.getMetricId().toString())
            .setCustomerId(row.getCustomerId())
            .setValue(decimal(row.getValue()))
            .setComputedAt(Timestamps.of(computedAt));
    String[] keys = metric.getGroupByDimensions();
    putDimension(value, keys, 0, row.getDimension_1());
    putDimension(value, keys, 1, row.getDimension_2());
    return value.build();
  }

  private static void putDimension(
      MetricValue.Builder value, String[] keys, int index, String dimension) {
    if (index < keys.length && !dimension.isEmpty()) {
      value.putDimensions(keys[index], dimension);
    }
  }

  /// Derived from what identifies a value, so that it survives recomputation.
  private static UUID valueId(MetricValueRecord row) {
    String key =
        String.join(
            "\n",
            row.getMetricId().toString(),
            row.getCustomerId(),
            row.getDimension_1(),
            row.getDimension_2());
    return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
  }

  /// 12, not 12.000000.
  private static String decimal(BigDecimal value) {
    return value.stripTrailingZeros().toPlainString();
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }
}
