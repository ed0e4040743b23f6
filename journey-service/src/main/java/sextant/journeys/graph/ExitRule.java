package sextant.journeys.graph;

/// Who leaves at once, wherever he is.
public sealed interface ExitRule {

  /// What the trace says.
  String inWords();

  /// Whoever does this.
  record OnEvent(String event) implements ExitRule {
    @Override
    public String inWords() {
      return "exit rule: event " + event;
    }
  }

  /// Whoever is in the segment, or is not.
  record OnSegment(String segmentId, boolean inside) implements ExitRule {
    @Override
    public String inWords() {
      return "exit rule: " + (inside ? "entered" : "left") + " segment " + segmentId;
    }
  }

  /// Whoever meets the condition.
  record OnCondition(Condition condition) implements ExitRule {
    @Override
    public String inWords() {
      return "exit rule: condition met";
    }
  }
}
