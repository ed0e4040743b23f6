package sextant.journeys;

import java.util.ArrayList;
import java.util.List;

/// Builds definitions, one node and one edge at a time.
final class Definitions {

  private final List<String> nodes = new ArrayList<>();
  private final List<String> edges = new ArrayList<>();

  static Definitions flow() {
    return new Definitions();
  }

  Definitions node(String id, String type, String config) {
    nodes.add("{\"id\":\"%s\",\"type\":\"%s\",\"config\":%s}".formatted(id, type, config));
    return this;
  }

  Definitions node(String id, String type) {
    return node(id, type, "{}");
  }

  Definitions edge(String source, String target) {
    edges.add("{\"source\":\"%s\",\"target\":\"%s\"}".formatted(source, target));
    return this;
  }

  Definitions edge(String source, String target, String label) {
    edges.add(
        "{\"source\":\"%s\",\"target\":\"%s\",\"label\":\"%s\"}".formatted(source, target, label));
    return this;
  }

  String json() {
    return "{\"nodes\":[%s],\"edges\":[%s]}"
        .formatted(String.join(",", nodes), String.join(",", edges));
  }

  /// In, a wait, out.
  static String waiting(String config) {
    return flow()
        .node("in", "entry_trigger")
        .node("wait", "wait", config)
        .node("out", "exit")
        .edge("in", "wait")
        .edge("wait", "out")
        .json();
  }

  /// In, a wait, a message, out.
  static String sending(String waitConfig, String channel) {
    return flow()
        .node("in", "entry_trigger")
        .node("wait", "wait", waitConfig)
        .node("send", "channel_action", "{\"channel\":\"" + channel + "\"}")
        .node("out", "exit")
        .edge("in", "wait")
        .edge("wait", "send")
        .edge("send", "out")
        .json();
  }
}
