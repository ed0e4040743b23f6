package sextant.journeys.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reads a definition, `{nodes: [...], edges: [...]}`, liberally: nodes as `{id, type, config}` or
/// with `type` and `config` nested in `data`, as graph editors write them. Notes every fault.
final class GraphReader {

  static final int MAX_NODES = 500;
  static final int MAX_EDGES = 2_000;
  private static final int MAX_ID = 128;

  /// A node as it stands in the definition.
  private record Raw(
      String path, String id, String type, String configPath, Map<String, Object> config) {}

  private final Faults faults;
  private final NodeReader nodes;

  GraphReader(Faults faults) {
    this.faults = faults;
    this.nodes = new NodeReader(faults);
  }

  Graph read(Map<String, Object> definition) {
    List<Raw> raws = rawNodes(list(definition, "nodes", MAX_NODES));
    List<Edge> edges = edges(list(definition, "edges", MAX_EDGES));
    Map<String, List<Edge>> leaving = new HashMap<>();
    for (Edge edge : edges) {
      edge.source().ifPresent(id -> leaving.computeIfAbsent(id, _ -> new ArrayList<>()).add(edge));
    }
    Map<String, Node> byPath = new LinkedHashMap<>();
    for (Raw raw : raws) {
      List<Edge> own = leaving.getOrDefault(raw.id(), List.of());
      Node node = nodes.read(raw.id(), raw.type(), raw.configPath(), raw.config(), own);
      nodes.checkWays(node, raw.path(), own);
      byPath.put(raw.path(), node);
    }
    Graph graph = Graph.of(List.copyOf(byPath.values()));
    checkEnds(edges, graph);
    new GraphCheck(graph, faults).run(byPath);
    return graph;
  }

  private List<?> list(Map<String, Object> definition, String key, int most) {
    Object value = definition.getOrDefault(key, List.of());
    if (!(value instanceof List<?> list)) {
      faults.wrong("definition." + key, "must be a list");
      return List.of();
    }
    if (list.size() > most) {
      faults.wrong("definition." + key, "has " + list.size() + " elements, allowed are " + most);
      return List.of();
    }
    return list;
  }

  private List<Raw> rawNodes(List<?> list) {
    List<Raw> raws = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int index = 0; index < list.size(); index++) {
      String path = "definition.nodes[" + index + "]";
      if (!(list.get(index) instanceof Map<?, ?> map)) {
        faults.wrong(path, "must be an object {id, type, config}");
        continue;
      }
      Map<String, Object> json = Json.cast(map);
      Map<String, Object> data = nested(json, "data").orElse(Map.of());
      Optional<String> id = Edge.text(json, "id").filter(text -> text.length() <= MAX_ID);
      if (id.isEmpty()) {
        faults.wrong(path + ".id", "must be a text of 1-" + MAX_ID + " characters");
      } else if (!ids.add(id.get())) {
        faults.wrong(path + ".id", "is \"" + id.get() + "\", which another node has too");
      }
      Optional<String> type = type(path, json, data);
      if (id.isPresent() && type.isPresent()) {
        boolean inData = !json.containsKey("config") && !data.isEmpty();
        boolean inDataConfig = inData && data.containsKey("config");
        String configPath = path + (inDataConfig ? ".data.config" : inData ? ".data" : ".config");
        raws.add(
            new Raw(
                path,
                id.get(),
                type.get(),
                configPath,
                nested(json, "config")
                    .or(() -> nested(data, "config"))
                    .orElse(inDataConfig ? Map.of() : data)));
        checkConfigIsObject(configPath, inDataConfig ? data : json);
      }
    }
    return raws;
  }

  private void checkConfigIsObject(String path, Map<String, Object> holder) {
    if (holder.containsKey("config") && nested(holder, "config").isEmpty()) {
      faults.wrong(path, "must be an object");
    }
  }

  private Optional<String> type(String path, Map<String, Object> json, Map<String, Object> data) {
    List<String> given =
        Stream.of(json, data)
            .flatMap(object -> Stream.of("type", "nodeType").map(key -> Edge.text(object, key)))
            .flatMap(Optional::stream)
            .toList();
    Optional<String> known = given.stream().filter(NodeReader.TYPES::contains).findFirst();
    if (known.isEmpty()) {
      faults.wrong(
          path + ".type",
          (given.isEmpty() ? "is missing" : "is \"" + given.getFirst() + "\"")
              + ", known are "
              + String.join(", ", NodeReader.TYPES));
    }
    return known;
  }

  private static Optional<Map<String, Object>> nested(Map<String, Object> json, String key) {
    return json.get(key) instanceof Map<?, ?> map ? Optional.of(Json.cast(map)) : Optional.empty();
  }

  private List<Edge> edges(List<?> list) {
    List<Edge> edges = new ArrayList<>();
    for (int index = 0; index < list.size(); index++) {
      String path = "definition.edges[" + index + "]";
      if (list.get(index) instanceof Map<?, ?> map) {
        edges.add(Edge.read(path, Json.cast(map)));
      } else {
        faults.wrong(path, "must be an object {source, target}");
      }
    }
    return edges;
  }

  private void checkEnds(List<Edge> edges, Graph graph) {
    for (Edge edge : edges) {
      checkEnd(edge.path() + ".source", edge.source(), graph);
      checkEnd(edge.path() + ".target", edge.target(), graph);
    }
  }

  private void checkEnd(String path, Optional<String> id, Graph graph) {
    if (id.isEmpty()) {
      faults.incomplete(path, "is missing");
    } else if (graph.node(id.get()).isEmpty()) {
      faults.incomplete(path, "is \"" + id.get() + "\", which is no node");
    }
  }
}
