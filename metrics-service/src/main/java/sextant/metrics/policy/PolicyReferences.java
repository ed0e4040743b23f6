package sextant.metrics.policy;

import static sextant.metrics.jooq.Tables.POLICY;
import static sextant.metrics.jooq.Tables.POLICY_METRIC;

import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Result;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.PolicyRecord;

/// Which active policies refer to a metric, as `kind:id`. Whoever holds the metric for update keeps
/// others from being added.
public final class PolicyReferences {

  private PolicyReferences() {}

  /// All that refer to it.
  public static List<String> to(DSLContext tx, MetricRecord metric) {
    return policies(tx, metric).map(PolicyReferences::name);
  }

  /// Those that compare by a dimension which the metric, as it is now, is not grouped by.
  public static List<String> toMissingDimensions(DSLContext tx, MetricRecord metric) {
    Set<String> dimensions = Set.of(metric.getGroupByDimensions());
    return policies(tx, metric).stream()
        .filter(
            policy ->
                !dimensions.containsAll(
                    MetricCondition.of(policy.getConfig()).dimension().keySet()))
        .map(PolicyReferences::name)
        .toList();
  }

  private static Result<PolicyRecord> policies(DSLContext tx, MetricRecord metric) {
    return tx.select(POLICY.fields())
        .from(POLICY_METRIC)
        .join(POLICY)
        .on(POLICY.TENANT_ID.eq(POLICY_METRIC.TENANT_ID))
        .and(POLICY.POLICY_ID.eq(POLICY_METRIC.POLICY_ID))
        .where(POLICY_METRIC.TENANT_ID.eq(metric.getTenantId()))
        .and(POLICY_METRIC.METRIC_ID.eq(metric.getMetricId()))
        .orderBy(POLICY.POLICY_ID)
        .fetchInto(POLICY);
  }

  private static String name(PolicyRecord policy) {
    return policy.getKind() + ":" + policy.getPolicyId();
  }
}
