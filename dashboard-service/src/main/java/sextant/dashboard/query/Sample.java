package sextant.dashboard.query;

import static org.jooq.impl.DSL.select;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_TRACE;

import java.time.Instant;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Record3;
import org.jooq.Select;

/// The newest traces of a window, ties by id.
///
/// @param filter which traces may be in it
/// @param cap how many at most
record Sample(Reading reading, Window window, Condition filter, int cap) {

  /// `customer_id`, `trace_key` and `created_at` of the traces.
  Select<Record3<String, UUID, Instant>> traces() {
    return select(DECISION_TRACE.CUSTOMER_ID, DECISION_TRACE.TRACE_KEY, DECISION_TRACE.CREATED_AT)
        .from(DECISION_TRACE)
        .where(DECISION_TRACE.TENANT_ID.eq(reading.tenantId()))
        .and(DECISION_TRACE.CREATED_AT.between(window.start(), window.end()))
        .and(filter)
        .orderBy(DECISION_TRACE.CREATED_AT.desc(), Sql.byId(DECISION_TRACE.ID))
        .limit(cap);
  }

  long size() {
    return reading.db().fetchCount(traces());
  }
}
