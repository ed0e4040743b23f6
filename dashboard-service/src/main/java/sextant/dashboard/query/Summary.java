package sextant.dashboard.query;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static sextant.dashboard.jooq.dashboard.Tables.APPROVAL;
import static sextant.dashboard.jooq.dashboard.Tables.CHANNEL;
import static sextant.dashboard.jooq.dashboard.Tables.EXPERIMENT;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;
import static sextant.dashboard.jooq.dashboard.Tables.TRIGGER;

import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import sextant.dashboard.v1.GetSummaryResponse;

/// `summary`: the counts that the catalogue knows. Journeys are not among them.
final class Summary {

  private Summary() {}

  static GetSummaryResponse.Builder read(Reading reading) {
    Record counts =
        reading
            .db()
            .fetchSingle(
                select(
                    count(reading, OFFER, "active").as("offers"),
                    count(reading, CHANNEL, "active").as("channels"),
                    count(reading, EXPERIMENT, "active").as("experiments"),
                    count(reading, TRIGGER, "active").as("triggers"),
                    count(reading, APPROVAL, "pending").as("approvals")));
    return GetSummaryResponse.newBuilder()
        .setActiveOffers(counts.get("offers", long.class))
        .setActiveChannels(counts.get("channels", long.class))
        .setActiveExperiments(counts.get("experiments", long.class))
        .setActiveTriggers(counts.get("triggers", long.class))
        .setPendingApprovals(counts.get("approvals", long.class));
  }

  private static Field<Integer> count(Reading reading, Table<?> table, String status) {
    return field(
        selectCount()
            .from(table)
            .where(table.field("tenant_id", String.class).eq(reading.tenantId()))
            .and(table.field("status", String.class).eq(status)));
  }
}
