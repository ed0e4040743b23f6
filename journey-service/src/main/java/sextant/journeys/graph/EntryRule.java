package sextant.journeys.graph;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Who enters by himself: whoever does one of the events, is in the segment and meets the
/// condition, as far as they are given. Without an event, coming into the segment is what lets in.
/// Nobody, when there is neither event nor segment.
public record EntryRule(
    Set<String> events, Optional<String> segmentId, Optional<Condition> condition) {

  static final EntryRule NOBODY = new EntryRule(Set.of(), Optional.empty(), Optional.empty());

  /// Whether it takes more than the event, or coming into the segment, to enter.
  public boolean asksForFacts() {
    return condition.isPresent() || (!events.isEmpty() && segmentId.isPresent());
  }

  /// What it asks for.
  public Set<String> fields() {
    Set<String> fields = new LinkedHashSet<>();
    segmentId.ifPresent(id -> fields.add(Facts.SEGMENT + id));
    condition.ifPresent(asked -> asked.addFieldsTo(fields));
    return fields;
  }

  public boolean admits(Facts facts, java.time.Instant now) {
    return segmentId
            .map(id -> facts.value(Facts.SEGMENT + id).orElse(false).equals(true))
            .orElse(true)
        && condition.map(asked -> asked.holds(facts, now)).orElse(true);
  }
}
