package sextant.journeys.engine;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.selectFrom;
import static org.jooq.impl.DSL.unnest;
import static sextant.journeys.jooq.Tables.ENROLLMENT;
import static sextant.journeys.jooq.Tables.JOURNEY;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record;
import sextant.journeys.graph.Json;
import sextant.journeys.graph.State;

/// Reads enrollments that are to be moved.
final class EnrollmentRows {

  /// A literal: a plan for whatever state would be, which PostgreSQL keeps for a prepared
  /// statement, cannot use the indexes of those who are inside, and reads everybody.
  static final Condition ACTIVE = ENROLLMENT.STATE.eq(inline("active"));

  private EnrollmentRows() {}

  /// Due enrollments of the buckets, those overdue longest first within each bucket. The order of
  /// the buckets decides who comes first when there are more than `limit`.
  static List<Enrollment> due(DSLContext tx, List<Short> buckets, Instant now, int limit) {
    var own = unnest(buckets.toArray(Short[]::new)).withOrdinality().as("own", "bucket", "place");
    // One short scan of the due index per bucket.
    var due =
        lateral(
                selectFrom(ENROLLMENT)
                    .where(ENROLLMENT.BUCKET.eq(own.field("bucket", Short.class)))
                    .and(ACTIVE)
                    .and(ENROLLMENT.DUE_AT.le(now))
                    .orderBy(ENROLLMENT.DUE_AT)
                    .limit(Math.ceilDiv(limit * 2, buckets.size())))
            .as("due");
    return tx.select(due.fields())
        .select(JOURNEY.STATUS)
        .from(own)
        .crossJoin(due)
        .join(JOURNEY)
        .on(JOURNEY.TENANT_ID.eq(due.field(ENROLLMENT.TENANT_ID)))
        .and(JOURNEY.JOURNEY_ID.eq(due.field(ENROLLMENT.JOURNEY_ID)))
        .orderBy(own.field("place"))
        .limit(limit)
        .fetch(EnrollmentRows::read);
  }

  /// Every active enrollment of a customer in a journey.
  static List<Enrollment> active(
      DSLContext tx, String tenantId, UUID journeyId, String customerId) {
    return tx.select(ENROLLMENT.fields())
        .select(JOURNEY.STATUS)
        .from(ENROLLMENT)
        .join(JOURNEY)
        .on(JOURNEY.TENANT_ID.eq(ENROLLMENT.TENANT_ID))
        .and(JOURNEY.JOURNEY_ID.eq(ENROLLMENT.JOURNEY_ID))
        .where(ENROLLMENT.TENANT_ID.eq(tenantId))
        .and(ENROLLMENT.CUSTOMER_ID.eq(customerId))
        .and(ENROLLMENT.JOURNEY_ID.eq(journeyId))
        .and(ACTIVE)
        .fetch(EnrollmentRows::read);
  }

  private static Enrollment read(Record row) {
    String status = row.get(JOURNEY.STATUS);
    return new Enrollment(
        new Key(
            row.get(ENROLLMENT.TENANT_ID),
            row.get(ENROLLMENT.CUSTOMER_ID),
            row.get(ENROLLMENT.JOURNEY_ID),
            row.get(ENROLLMENT.ENTRY)),
        row.get(ENROLLMENT.ENROLLMENT_ID),
        row.get(ENROLLMENT.VERSION),
        row.get(ENROLLMENT.BUCKET),
        row.get(ENROLLMENT.REVISION),
        row.get(ENROLLMENT.ATTEMPTS),
        row.get(ENROLLMENT.ENTERED_AT),
        row.get(ENROLLMENT.EXPIRES_AT),
        new State(
            row.get(ENROLLMENT.NODE_ID),
            row.get(ENROLLMENT.NODE_SINCE),
            row.get(ENROLLMENT.STEP_NO),
            Optional.ofNullable(row.get(ENROLLMENT.WAIT_UNTIL)),
            Optional.ofNullable(row.get(ENROLLMENT.WAIT_EVENT)),
            arrived(row.get(ENROLLMENT.ARRIVED)),
            decision(row.get(ENROLLMENT.DECISION)),
            Optional.ofNullable(row.get(ENROLLMENT.EXIT_REASON))
                .or(() -> status.equals("archived") ? ARCHIVED : Optional.empty())),
        status);
  }

  /// Whoever is still inside an archived journey leaves, before anything else happens to him.
  private static final Optional<String> ARCHIVED = Optional.of("journey archived");

  private static List<String> arrived(JSONB events) {
    return events == null
        ? List.of()
        : Json.array(events.data()).stream().map(String::valueOf).toList();
  }

  private static Map<String, Object> decision(String json) {
    return json == null ? Map.of() : Json.object(json);
  }
}
