package sextant.segments.segment;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import sextant.kit.db.Ids;
import sextant.kit.rpc.Changes;
import sextant.kit.rpc.Timestamps;
import sextant.segments.v1.CreateSegmentRequest;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentStatus;
import sextant.segments.v1.UpdateSegmentRequest;

/// What requests say about the fields of a segment.
final class SegmentFields {

  /// No joins, or no filters.
  static final String NONE = "[]";

  private static final String DEFAULT_ENTITY_TYPE = "customer";

  private SegmentFields() {}

  static Segment created(String tenant, CreateSegmentRequest request, Instant time) {
    Timestamp now = Timestamps.of(time);
    boolean hasStatus =
        request.hasStatus() && request.getStatus() != SegmentStatus.SEGMENT_STATUS_UNSPECIFIED;
    Segment.Builder segment =
        Segment.newBuilder()
            .setId(Ids.next().toString())
            .setTenantId(tenant)
            .setName(request.getName())
            .setStatus(hasStatus ? request.getStatus() : SegmentStatus.SEGMENT_STATUS_DRAFT)
            .setEntityType(request.hasEntityType() ? request.getEntityType() : DEFAULT_ENTITY_TYPE)
            .setBaseSchemaId(request.getBaseSchemaId())
            .setJoins(request.hasJoins() ? request.getJoins() : NONE)
            .setFilters(request.hasFilters() ? request.getFilters() : NONE)
            .setViewName(SegmentViews.newName())
            .setCreatedAt(now)
            .setUpdatedAt(now);
    if (request.hasDescription()) {
      segment.setDescription(request.getDescription());
    }
    return segment.build();
  }

  /// Those that are not `changed` stay as they were.
  static Segment changed(
      Segment before, UpdateSegmentRequest request, Changes changed, Instant now) {
    Segment.Builder after = before.toBuilder().setUpdatedAt(Timestamps.of(now));
    if (changed.include("name")) {
      after.setName(request.getName());
    }
    if (changed.include("description")) {
      after.clearDescription();
      if (request.hasDescription()) {
        after.setDescription(request.getDescription());
      }
    }
    if (changed.include("status")) {
      after.setStatus(request.getStatus());
    }
    if (changed.include("base_schema_id")) {
      after.setBaseSchemaId(request.getBaseSchemaId());
    }
    if (changed.include("joins")) {
      after.setJoins(request.hasJoins() ? request.getJoins() : NONE);
    }
    if (changed.include("filters")) {
      after.setFilters(request.hasFilters() ? request.getFilters() : NONE);
    }
    return after.build();
  }
}
