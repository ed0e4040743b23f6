package sextant.metrics.definition;

import org.jooq.DSLContext;
import sextant.metrics.interaction.ShippedTypes;

/// Decides what a metric's `sourceField` names.
final class KnownTypes {

  private final MetricRepository metrics;

  KnownTypes(MetricRepository metrics) {
    this.metrics = metrics;
  }

  SourceKind kindOf(DSLContext tx, String tenantId, String sourceField) {
    if (SourceKind.COUNTERS.contains(sourceField)) {
      return SourceKind.COUNTER;
    }
    return ShippedTypes.find(sourceField).isPresent()
            || metrics.isKnownType(tx, tenantId, sourceField)
        ? SourceKind.TYPE
        : SourceKind.PROPERTY;
  }
}
