package sextant.journeys.upstream;

import java.util.Optional;

/// Finds the SQL views behind segments.
public interface SegmentViews {

  /// Name of the view in the PostgreSQL schema `segment_view`. Empty when there is no such segment.
  ///
  /// @throws UnavailableException when the segment-service does not answer in time
  Optional<String> viewOf(String tenantId, String segmentId);

  /// The view is gone: ask again next time.
  void forget(String tenantId, String segmentId);
}
