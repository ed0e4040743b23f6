package sextant.journeys.graph;

import java.util.ArrayList;
import java.util.List;

/// Everything that is the matter with a journey, collected in one reading. What is wrong is refused
/// at once; what is incomplete only when the journey is to be active.
public final class Faults {

  /// A fault: where, by a path such as `definition.nodes[3].config.delayHours`, and what.
  public record Fault(String field, String message) {}

  private final List<Fault> wrong = new ArrayList<>();
  private final List<Fault> incomplete = new ArrayList<>();

  void wrong(String field, String message) {
    wrong.add(new Fault(field, message));
  }

  void incomplete(String field, String message) {
    incomplete.add(new Fault(field, message));
  }

  public List<Fault> wrong() {
    return List.copyOf(wrong);
  }

  /// The wrong and the incomplete.
  public List<Fault> all() {
    List<Fault> all = new ArrayList<>(wrong);
    all.addAll(incomplete);
    return all;
  }
}
