package sextant.journeys.graph;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the JSON of a version into a [Plan].
public final class PlanReader {

  /// A plan with everything that is the matter with it. It can be walked as far as it goes.
  public record Reading(Plan plan, Faults faults) {}

  private PlanReader() {}

  public static Reading read(
      String definition, Optional<String> entryCondition, Optional<String> exitRules) {
    Faults faults = new Faults();
    Graph graph = new GraphReader(faults).read(Json.object(definition));
    RulesReader rules = new RulesReader(faults);
    EntryRule entry = rules.entry(entryCondition.map(Json::object).orElse(Map.of()), graph.entry());
    List<ExitRule> exits = rules.exits(exitRules.map(Json::array).orElse(List.of()));
    return new Reading(Plan.of(graph, entry, exits), faults);
  }
}
