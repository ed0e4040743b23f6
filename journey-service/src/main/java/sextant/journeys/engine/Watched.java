package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.JOURNEY;
import static sextant.journeys.jooq.Tables.JOURNEY_VERSION;

import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/// A version of an active journey that asks about more than events.
///
/// @param entrySegment the segment that lets in; of the current version only
/// @param exitSegments segments of its exit rules
record Watched(
    VersionKey version,
    Optional<String> entrySegment,
    List<String> exitSegments,
    boolean hasExitConditions) {

  static List<Watched> all(DSLContext tx) {
    return tx.select(
            JOURNEY_VERSION.TENANT_ID,
            JOURNEY_VERSION.JOURNEY_ID,
            JOURNEY_VERSION.VERSION,
            JOURNEY_VERSION.ENTRY_SEGMENT,
            JOURNEY_VERSION.EXIT_SEGMENTS,
            JOURNEY_VERSION.HAS_EXIT_CONDITIONS,
            JOURNEY.VERSION)
        .from(JOURNEY_VERSION)
        .join(JOURNEY)
        .on(JOURNEY.TENANT_ID.eq(JOURNEY_VERSION.TENANT_ID))
        .and(JOURNEY.JOURNEY_ID.eq(JOURNEY_VERSION.JOURNEY_ID))
        .where(JOURNEY.STATUS.eq("active"))
        // In the words of the partial index.
        .and("(entry_segment is not null or exit_segments <> '{}' or has_exit_conditions)")
        .fetch(
            row ->
                new Watched(
                    new VersionKey(row.value1(), row.value2(), row.value3()),
                    row.value3().equals(row.value7())
                        ? Optional.ofNullable(row.value4())
                        : Optional.empty(),
                    List.of(row.value5()),
                    row.value6()));
  }
}
