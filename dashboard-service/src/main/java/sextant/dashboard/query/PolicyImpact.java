package sextant.dashboard.query;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static sextant.dashboard.jooq.dashboard.Tables.SUPPRESSION;
import static sextant.dashboard.jooq.dashboard.Tables.SUPPRESSION_TOTAL;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.Table;
import sextant.dashboard.v1.GetPolicyImpactResponse;
import sextant.dashboard.v1.PolicyImpactRow;

/// `policy_impact`: the suppressions in force by policy type.
final class PolicyImpact {

  private PolicyImpact() {}

  static GetPolicyImpactResponse read(Reading reading) {
    GetPolicyImpactResponse.Builder response = GetPolicyImpactResponse.newBuilder();
    Table<?> inForce = inForce(reading).asTable("in_force");
    Field<String> policyType = inForce.field("policy_type", String.class);
    Field<BigDecimal> count = sum(inForce.field("suppressions", Long.class));
    reading
        .db()
        .select(policyType, count)
        .from(inForce)
        .groupBy(policyType)
        .having(count.gt(BigDecimal.ZERO))
        .orderBy(count.desc(), Sql.byId(policyType))
        .forEach(
            row ->
                response.addData(
                    PolicyImpactRow.newBuilder()
                        .setPolicyType(row.value1())
                        .setCount(row.value2().longValueExact())));
    return response
        .setTotalActive(response.getDataList().stream().mapToLong(PolicyImpactRow::getCount).sum())
        .build();
  }

  /// Those that last beyond today, which are counted already, and those that end later today.
  private static Select<Record2<String, Long>> inForce(Reading reading) {
    LocalDate today = LocalDate.ofInstant(reading.now(), ZoneOffset.UTC);
    Instant midnight = today.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    return select(SUPPRESSION_TOTAL.POLICY_TYPE, SUPPRESSION_TOTAL.SUPPRESSIONS)
        .from(SUPPRESSION_TOTAL)
        .where(SUPPRESSION_TOTAL.TENANT_ID.eq(reading.tenantId()))
        .and(SUPPRESSION_TOTAL.EXPIRES_ON.gt(today))
        .unionAll(
            select(SUPPRESSION.POLICY_TYPE, inline(1L))
                .from(SUPPRESSION)
                .where(SUPPRESSION.TENANT_ID.eq(reading.tenantId()))
                .and(SUPPRESSION.EXPIRES_AT.gt(reading.now()))
                .and(SUPPRESSION.EXPIRES_AT.lt(midnight)));
  }
}
