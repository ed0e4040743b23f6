package sextant.journeys.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a graph as a whole needs before customers may enter it.
final class GraphCheck {

  private final Graph graph;
  private final Faults faults;

  GraphCheck(Graph graph, Faults faults) {
    this.graph = graph;
    this.faults = faults;
  }

  void run(Map<String, Node> byPath) {
    List<Node> entries =
        graph.nodes().values().stream().filter(Node.EntryTrigger.class::isInstance).toList();
    if (entries.size() != 1) {
      faults.incomplete(
          "definition.nodes",
          entries.isEmpty()
              ? "have no entry_trigger"
              : "have " + entries.size() + " nodes of type entry_trigger, one is possible");
    }
    if (graph.nodes().values().stream().noneMatch(Node.Exit.class::isInstance)) {
      faults.incomplete("definition.nodes", "have no exit");
    }
    Set<String> reachable = reachable(entries);
    Set<String> waitless = onCycleWithoutWait();
    byPath.forEach(
        (path, node) -> {
          if (!entries.isEmpty() && !reachable.contains(node.id())) {
            faults.incomplete(path, "cannot be reached from the entry_trigger");
          }
          if (node.ways().stream()
              .flatMap(id -> graph.node(id).stream())
              .anyMatch(Node.EntryTrigger.class::isInstance)) {
            faults.incomplete(path, "leads back to the entry_trigger");
          }
          if (waitless.contains(node.id())) {
            faults.incomplete(path, "is on a cycle in which nothing waits");
          }
        });
  }

  private Set<String> reachable(List<Node> entries) {
    Set<String> seen = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>(entries);
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (seen.add(node.id())) {
        node.ways().forEach(id -> graph.node(id).ifPresent(open::push));
      }
    }
    return seen;
  }

  /// Nodes that can come back to themselves without time passing: such a cycle would spin, and
  /// send, as fast as it can. Taking away whatever nothing leads to, or leads to nothing, leaves
  /// them.
  private Set<String> onCycleWithoutWait() {
    Set<String> left = new LinkedHashSet<>();
    for (Node node : graph.nodes().values()) {
      if (!takesTime(node)) {
        left.add(node.id());
      }
    }
    boolean changed = true;
    while (changed) {
      Set<String> targets = new HashSet<>();
      left.forEach(id -> targets.addAll(graph.nodes().get(id).ways()));
      changed =
          left.removeIf(
              id ->
                  !targets.contains(id)
                      || graph.nodes().get(id).ways().stream().noneMatch(left::contains));
    }
    return left;
  }

  /// A wait until a date is over once the date is past; only a delay or an event alone holds up
  /// every round.
  private static boolean takesTime(Node node) {
    return node instanceof Node.Wait wait
        && wait.until().isEmpty()
        && wait.delay().map(delay -> !delay.isZero()).orElse(wait.event().isPresent());
  }
}
