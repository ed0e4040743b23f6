package sextant.dashboard.query;

import java.time.Instant;
import org.jooq.DSLContext;

/// One reading of the dashboards: all its statements see the same snapshot.
///
/// @param db the transaction
/// @param tenantId whose dashboard it is
/// @param now the instant that windows end at
record Reading(DSLContext db, String tenantId, Instant now) {

  /// The customers in the segment with this id; everyone when it is empty.
  Audience audience(String segmentId) {
    return Segments.audience(db, tenantId, segmentId);
  }
}
