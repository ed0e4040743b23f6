package sextant.metrics.compute;

import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import sextant.metrics.MetricsExtension;

/// The values a metric shows, all of them, keyed like the oracle's.
public final class StoredValues {

  private StoredValues() {}

  public static Map<String, BigDecimal> storedValues(MetricsExtension mesh, String metricId) {
    Map<String, BigDecimal> values =
        mesh.database()
            .asOwner(
                db ->
                    db.select(METRIC_VALUE.fields())
                        .from(METRIC)
                        .join(METRIC_VALUE)
                        .on(METRIC_VALUE.TENANT_ID.eq(METRIC.TENANT_ID))
                        .and(METRIC_VALUE.METRIC_ID.eq(METRIC.METRIC_ID))
                        .and(METRIC_VALUE.EPOCH.eq(METRIC.EPOCH))
                        .where(METRIC.METRIC_ID.eq(UUID.fromString(metricId)))
                        .fetchInto(METRIC_VALUE)
                        .intoMap(
                            row ->
                                String.join(
                                    "|",
                                    row.getCustomerId(),
                                    row.getDimension_1(),
                                    row.getDimension_2()),
                            row -> row.getValue().stripTrailingZeros()));
    return new TreeMap<>(values);
  }
}
