package sextant.journeys.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The flow of a journey: nodes in the order of the definition.
public record Graph(Map<String, Node> nodes) {

  static Graph of(List<Node> nodes) {
    Map<String, Node> byId = new LinkedHashMap<>();
    nodes.forEach(node -> byId.putIfAbsent(node.id(), node));
    return new Graph(byId);
  }

  public Optional<Node> node(String id) {
    return Optional.ofNullable(nodes.get(id));
  }

  /// The type of a node; empty when there is no such node.
  public String typeOf(String id) {
    return node(id).map(Node::type).orElse("");
  }

  /// The first entry trigger.
  public Optional<Node.EntryTrigger> entry() {
    return nodes.values().stream()
        .filter(Node.EntryTrigger.class::isInstance)
        .map(Node.EntryTrigger.class::cast)
        .findFirst();
  }
}
