package sextant.journeys.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reads who enters and who leaves.
final class RulesReader {

  private static final int MAX_EXIT_RULES = 20;
  private static final int MAX_TEXT = 128;
  private static final String EXIT_EXPECTED =
      "must be {event}, {segmentId, when: enters|leaves} or {condition}";

  private final Faults faults;

  RulesReader(Faults faults) {
    this.faults = faults;
  }

  /// The entry condition of the journey and the configuration of its entry trigger, taken together.
  EntryRule entry(Map<String, Object> condition, Optional<Node.EntryTrigger> entryTrigger) {
    Map<String, Object> trigger = entryTrigger.map(Node.EntryTrigger::config).orElse(Map.of());
    String path = entryTrigger.map(Node.EntryTrigger::configPath).orElse("");
    Set<String> events = new LinkedHashSet<>();
    name("entryCondition", condition, "event", "eventType").ifPresent(events::add);
    name(path, trigger, "eventType", "event").ifPresent(events::add);
    Optional<String> segment =
        name("entryCondition", condition, "segmentId", "segment")
            .or(() -> name(path, trigger, "segmentId", "segment"));
    List<Condition> conditions =
        Stream.of(
                condition("entryCondition.condition", condition.get("condition")),
                condition(path + ".condition", trigger.get("condition")))
            .flatMap(Optional::stream)
            .toList();
    if (events.isEmpty() && segment.isEmpty()) {
      if (!condition.isEmpty() || !conditions.isEmpty()) {
        faults.incomplete("entryCondition", "names neither an event nor a segmentId");
      }
      return EntryRule.NOBODY;
    }
    return new EntryRule(
        events,
        segment,
        conditions.isEmpty() ? Optional.empty() : Optional.of(new Condition.All(conditions)));
  }

  List<ExitRule> exits(List<Object> rules) {
    if (rules.size() > MAX_EXIT_RULES) {
      faults.wrong("exitRules", "has " + rules.size() + " rules, allowed are " + MAX_EXIT_RULES);
      return List.of();
    }
    List<ExitRule> exits = new ArrayList<>();
    for (int index = 0; index < rules.size(); index++) {
      String path = "exitRules[" + index + "]";
      if (rules.get(index) instanceof Map<?, ?> rule) {
        exit(path, Json.cast(rule)).ifPresent(exits::add);
      } else {
        faults.wrong(path, EXIT_EXPECTED);
      }
    }
    return List.copyOf(exits);
  }

  private Optional<ExitRule> exit(String path, Map<String, Object> rule) {
    Optional<String> event = name(path, rule, "event", "eventType");
    Optional<String> segment = name(path, rule, "segmentId", "segment");
    boolean hasCondition = rule.containsKey("condition");
    if (event.stream().count() + segment.stream().count() + (hasCondition ? 1 : 0) != 1) {
      faults.wrong(path, EXIT_EXPECTED);
      return Optional.empty();
    }
    if (hasCondition) {
      return condition(path + ".condition", rule.get("condition")).map(ExitRule.OnCondition::new);
    }
    if (event.isPresent()) {
      return event.map(ExitRule.OnEvent::new);
    }
    Object when = rule.get("when");
    if (!"enters".equals(when) && !"leaves".equals(when)) {
      faults.wrong(path + ".when", "must be enters or leaves, was " + when);
      return Optional.empty();
    }
    return segment.map(id -> new ExitRule.OnSegment(id, when.equals("enters")));
  }

  private Optional<Condition> condition(String path, Object json) {
    return json == null ? Optional.empty() : new ConditionReader(faults).read(path, json);
  }

  private Optional<String> name(String path, Map<String, Object> json, String... keys) {
    for (String key : keys) {
      Object value = json.get(key);
      if (value instanceof String text && !text.isEmpty() && text.length() <= MAX_TEXT) {
        return Optional.of(text);
      }
      if (value != null && !value.equals("")) {
        faults.wrong(path + "." + key, "must be a text of at most " + MAX_TEXT + " characters");
      }
    }
    return Optional.empty();
  }
}
