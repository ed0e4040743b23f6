package sextant.metrics.definition;

import java.util.Locale;
import java.util.Set;

/// What a metric's `sourceField` names. Decided when the metric is created and stored with it, so
/// that computing needs no look-up; a property becomes a type when a type of that name turns up.
public enum SourceKind {
  COUNTER,
  TYPE,
  PROPERTY;

  /// The counters that every interaction contributes to. They win over types of the same name.
  static final Set<String> COUNTERS =
      Set.of("impressions", "positive", "negative", "neutral", "converts", "totalValue");

  String stored() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static SourceKind ofStored(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
