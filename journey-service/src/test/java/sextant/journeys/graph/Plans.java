package sextant.journeys.graph;

import java.util.Optional;

/// Plans of tests, from JSON in which single quotes stand for double ones.
final class Plans {

  private Plans() {}

  static PlanReader.Reading read(String definition) {
    return read(definition, Optional.empty(), Optional.empty());
  }

  static PlanReader.Reading read(
      String definition, Optional<String> entryCondition, Optional<String> exitRules) {
    return PlanReader.read(
        json(definition), entryCondition.map(Plans::json), exitRules.map(Plans::json));
  }

  /// A plan without a fault.
  static Plan complete(String definition) {
    PlanReader.Reading reading = read(definition);
    if (!reading.faults().all().isEmpty()) {
      throw new AssertionError(reading.faults().all());
    }
    return reading.plan();
  }

  static String json(String text) {
    return text.replace('\'', '"');
  }
}
