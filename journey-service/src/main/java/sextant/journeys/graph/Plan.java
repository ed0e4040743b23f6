package sextant.journeys.graph;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A version of a journey, ready to be walked: what its JSON says, read once.
///
/// @param fields everything about a customer inside that its conditions ask for
public record Plan(Graph graph, EntryRule entry, List<ExitRule> exits, Set<String> fields) {

  static Plan of(Graph graph, EntryRule entry, List<ExitRule> exits) {
    Set<String> fields = new LinkedHashSet<>();
    for (Node node : graph.nodes().values()) {
      if (node instanceof Node.ConditionSplit split) {
        split.condition().ifPresent(condition -> condition.addFieldsTo(fields));
      }
    }
    Plan plan = new Plan(graph, entry, exits, fields);
    fields.addAll(plan.exitFields());
    return new Plan(graph, entry, exits, Set.copyOf(fields));
  }

  /// What the exit rules ask for.
  public Set<String> exitFields() {
    Set<String> fields = new LinkedHashSet<>();
    for (ExitRule exit : exits) {
      switch (exit) {
        case ExitRule.OnCondition rule -> rule.condition().addFieldsTo(fields);
        case ExitRule.OnSegment rule -> fields.add(Facts.SEGMENT + rule.segmentId());
        case ExitRule.OnEvent _ -> {}
      }
    }
    return fields;
  }

  /// Where customers come in: of a plan that is complete.
  public String entryNode() {
    return graph.entry().orElseThrow(() -> new IllegalStateException("no entry trigger")).id();
  }

  /// Whether somebody may have to leave because of what is known about him.
  public boolean hasExitsByFacts() {
    return exits.stream().anyMatch(exit -> !(exit instanceof ExitRule.OnEvent));
  }

  /// Whether walking it takes the attributes of the customer, be it to send them on.
  public boolean tellsAttributes() {
    return graph.nodes().values().stream()
            .anyMatch(
                node -> node instanceof Node.ChannelAction || node instanceof Node.NbaDecision)
        || fields.stream().anyMatch(Facts::isAttribute);
  }

  public boolean hasExitConditions() {
    return exits.stream().anyMatch(ExitRule.OnCondition.class::isInstance);
  }

  public Set<String> exitEvents() {
    Set<String> events = new LinkedHashSet<>();
    exits.forEach(
        exit -> {
          if (exit instanceof ExitRule.OnEvent rule) {
            events.add(rule.event());
          }
        });
    return events;
  }

  public Set<String> exitSegments() {
    Set<String> segments = new LinkedHashSet<>();
    exits.forEach(
        exit -> {
          if (exit instanceof ExitRule.OnSegment rule) {
            segments.add(rule.segmentId());
          }
        });
    return segments;
  }

  public Set<String> waitEvents() {
    Set<String> events = new LinkedHashSet<>();
    graph.nodes().values().stream()
        .filter(Node.Wait.class::isInstance)
        .flatMap(node -> ((Node.Wait) node).event().stream())
        .forEach(events::add);
    return events;
  }

  public Set<String> channels() {
    Set<String> channels = new LinkedHashSet<>();
    graph.nodes().values().stream()
        .filter(Node.ChannelAction.class::isInstance)
        .flatMap(node -> ((Node.ChannelAction) node).channel().stream())
        .forEach(channels::add);
    return channels;
  }

  /// The first exit rule that `facts` meet.
  public Optional<ExitRule> exitBy(Facts facts, java.time.Instant now) {
    return exits.stream()
        .filter(
            exit ->
                switch (exit) {
                  case ExitRule.OnEvent _ -> false;
                  case ExitRule.OnSegment rule ->
                      facts
                          .value(Facts.SEGMENT + rule.segmentId())
                          .map(inside -> inside.equals(rule.inside()))
                          .orElse(false);
                  case ExitRule.OnCondition rule -> rule.condition().holds(facts, now);
                })
        .findFirst();
  }
}
