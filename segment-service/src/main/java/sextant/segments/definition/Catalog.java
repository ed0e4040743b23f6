package sextant.segments.definition;

import java.util.Optional;
import java.util.UUID;
import sextant.segments.v1.Schema;

/// What definitions may name: the tenant's schemas, segments and metrics.
public interface Catalog {

  Optional<Schema> schema(UUID id);

  /// Name of the view of a segment.
  Optional<String> segmentView(UUID id);

  /// Why the metric cannot be a field, or empty when it can.
  Optional<String> metricFault(String name);
}
