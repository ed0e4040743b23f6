package sextant.metrics.definition;

import java.util.Set;
import org.jooq.DSLContext;

/// Decides what a metric's `sourceField` names.
final class KnownTypes {

  private static final Set<String> SHIPPED =
      Set.of(
          "impression",
          "click",
          "share",
          "save",
          "accept",
          "conversion",
          "convert",
          "purchase",
          "not_interested",
          "opt_out",
          "unsubscribed",
          "dismiss",
          "complaint",
          "defer");

  private final MetricRepository metrics;

  KnownTypes(MetricRepository metrics) {
    this.metrics = metrics;
  }

  SourceKind kindOf(DSLContext tx, String tenantId, String sourceField) {
    if (SourceKind.COUNTERS.contains(sourceField)) {
      return SourceKind.COUNTER;
    }
    return SHIPPED.contains(sourceField) || metrics.isKnownType(tx, tenantId, sourceField)
        ? SourceKind.TYPE
        : SourceKind.PROPERTY;
  }
}
