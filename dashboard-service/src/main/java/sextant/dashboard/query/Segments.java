package sextant.dashboard.query;

import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static sextant.dashboard.jooq.segments.Tables.SEGMENT_V1;

import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import sextant.kit.db.Ids;

/// The segments that the segment-service publishes.
final class Segments {

  /// The PostgreSQL schema of segment views.
  static final String NAMESPACE = "segment_view";

  private static final String ACTIVE = "active";

  /// Whether the view is there. A view that is gone is no relation.
  private static final Field<Boolean> HAS_VIEW =
      field(
          "to_regclass({0}) is not null",
          Boolean.class, concat(inline(NAMESPACE + "."), SEGMENT_V1.VIEW_NAME));

  /// A segment with or without a view.
  record Segment(String id, String name, String view, boolean hasView) {

    private static Segment of(Record row) {
      return new Segment(
          row.get(SEGMENT_V1.SEGMENT_ID).toString(),
          row.get(SEGMENT_V1.NAME),
          row.get(SEGMENT_V1.VIEW_NAME),
          row.get(HAS_VIEW));
    }
  }

  private Segments() {}

  /// The customers in the segment with this id; everyone when it is empty.
  static Audience audience(DSLContext db, String tenantId, String segmentId) {
    if (segmentId.isEmpty()) {
      return new Audience.Everyone();
    }
    Segment segment =
        Ids.parse(segmentId)
            .flatMap(
                id ->
                    db.select(
                            SEGMENT_V1.SEGMENT_ID, SEGMENT_V1.NAME, SEGMENT_V1.VIEW_NAME, HAS_VIEW)
                        .from(SEGMENT_V1)
                        .where(SEGMENT_V1.TENANT_ID.eq(tenantId))
                        .and(SEGMENT_V1.SEGMENT_ID.eq(id))
                        .fetchOptional(Segment::of))
            .orElseThrow(
                () -> new MissingSegmentException("the segment " + segmentId + " does not exist"));
    if (!segment.hasView()) {
      throw new MissingSegmentException(notMaterialized(segmentId));
    }
    return new Audience.Segment(segment.view());
  }

  static String notMaterialized(String segmentId) {
    return "the view of the segment " + segmentId + " has not been materialized yet";
  }

  /// The active segments, by id.
  static List<Segment> active(DSLContext db, String tenantId) {
    return db.select(SEGMENT_V1.SEGMENT_ID, SEGMENT_V1.NAME, SEGMENT_V1.VIEW_NAME, HAS_VIEW)
        .from(SEGMENT_V1)
        .where(SEGMENT_V1.TENANT_ID.eq(tenantId))
        .and(SEGMENT_V1.STATUS.eq(ACTIVE))
        .orderBy(SEGMENT_V1.SEGMENT_ID)
        .fetch(Segment::of);
  }
}
