package sextant.dashboard.query;

import static org.jooq.impl.DSL.count;
import static sextant.dashboard.jooq.dashboard.Tables.SUPPRESSION;

import sextant.dashboard.v1.GetPolicyImpactResponse;
import sextant.dashboard.v1.PolicyImpactRow;

/// `policy_impact`: the suppressions in force by policy type.
final class PolicyImpact {

  private PolicyImpact() {}

  static GetPolicyImpactResponse read(Reading reading) {
    GetPolicyImpactResponse.Builder response = GetPolicyImpactResponse.newBuilder();
    reading
        .db()
        .select(SUPPRESSION.POLICY_TYPE, count())
        .from(SUPPRESSION)
        .where(SUPPRESSION.TENANT_ID.eq(reading.tenantId()))
        .and(SUPPRESSION.EXPIRES_AT.isNull().or(SUPPRESSION.EXPIRES_AT.gt(reading.now())))
        .groupBy(SUPPRESSION.POLICY_TYPE)
        .orderBy(count().desc(), Sql.byId(SUPPRESSION.POLICY_TYPE))
        .forEach(
            row ->
                response.addData(
                    PolicyImpactRow.newBuilder()
                        .setPolicyType(row.value1())
                        .setCount(row.value2())));
    return response
        .setTotalActive(response.getDataList().stream().mapToLong(PolicyImpactRow::getCount).sum())
        .build();
  }
}
