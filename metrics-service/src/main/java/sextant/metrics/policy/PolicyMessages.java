package sextant.metrics.policy;

import java.util.Locale;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.jooq.tables.records.PolicyRecord;
import sextant.metrics.v1.Policy;
import sextant.metrics.v1.PolicyStatus;

/// Policies as the contract shows them.
final class PolicyMessages {

  private static final String STATUS = "POLICY_STATUS_";

  private PolicyMessages() {}

  static Policy policy(PolicyRecord row) {
    Policy.Builder policy =
        Policy.newBuilder()
            .setId(row.getPolicyId().toString())
            .setName(row.getName())
            .setDescription(row.getDescription())
            .setStatus(PolicyStatus.valueOf(STATUS + row.getStatus().toUpperCase(Locale.ROOT)))
            .setRuleType(row.getRuleType())
            .setConfig(row.getConfig())
            .setPriority(row.getPriority())
            .setScope(row.getScope())
            .setCreatedAt(Timestamps.of(row.getCreatedAt()))
            .setUpdatedAt(Timestamps.of(row.getUpdatedAt()));
    if (row.getScopeId() != null) {
      policy.setScopeId(row.getScopeId());
    }
    if (row.getStage() != null) {
      policy.setStage(row.getStage());
    }
    return policy.build();
  }

  /// As the database keeps it; active when none is given.
  static String stored(PolicyStatus status) {
    return status == PolicyStatus.POLICY_STATUS_UNSPECIFIED
        ? "active"
        : status.name().substring(STATUS.length()).toLowerCase(Locale.ROOT);
  }
}
