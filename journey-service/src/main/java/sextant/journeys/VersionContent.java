package sextant.journeys;

import java.util.Optional;
import sextant.journeys.graph.PlanReader;

/// What makes a version of a journey: JSON as it was given, and the longest stay.
record VersionContent(
    String definition,
    Optional<String> entryCondition,
    Optional<String> exitRules,
    int maxDurationDays) {

  static final String NO_NODES = "{\"nodes\":[],\"edges\":[]}";
  static final int DEFAULT_DURATION_DAYS = 30;

  PlanReader.Reading read() {
    return PlanReader.read(definition, entryCondition, exitRules);
  }
}
