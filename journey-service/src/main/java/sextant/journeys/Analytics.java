package sextant.journeys;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import sextant.journeys.JourneyRepository.NodeCount;
import sextant.journeys.graph.Plan;
import sextant.journeys.v1.GetJourneyAnalyticsResponse;
import sextant.journeys.v1.JourneyFunnel;
import sextant.journeys.v1.JourneyStepCounts;

/// The numbers of a journey, from what happened at its nodes.
final class Analytics {

  private static final NodeCount NOTHING = new NodeCount("", 0, 0, 0, 0);

  private Analytics() {}

  /// `plan`: of the current version; `counts`: of all versions, by node.
  static GetJourneyAnalyticsResponse of(Plan plan, Map<String, NodeCount> counts) {
    long entries = counts.values().stream().mapToLong(NodeCount::entered).sum();
    long completed = counts.values().stream().mapToLong(NodeCount::completed).sum();
    long exited = counts.values().stream().mapToLong(NodeCount::dropped).sum();
    GetJourneyAnalyticsResponse.Builder response =
        GetJourneyAnalyticsResponse.newBuilder()
            .setFunnel(
                JourneyFunnel.newBuilder()
                    .setTotalEntries(entries)
                    .setActiveCount(entries - completed - exited)
                    .setCompletedCount(completed)
                    .setExitedCount(exited)
                    .setCompletionRate(rate(completed, entries)));
    Set<String> nodeIds = new LinkedHashSet<>(plan.graph().nodes().keySet());
    nodeIds.addAll(counts.keySet());
    for (String nodeId : nodeIds) {
      NodeCount count = counts.getOrDefault(nodeId, NOTHING);
      response.addSteps(
          JourneyStepCounts.newBuilder()
              .setNodeId(nodeId)
              .setNodeType(
                  plan.graph().node(nodeId).map(node -> node.type()).orElse(count.nodeType()))
              .setReached(count.reached())
              .setDropoff(count.dropped()));
    }
    return response.build();
  }

  private static double rate(long part, long whole) {
    return whole == 0
        ? 0
        : BigDecimal.valueOf(part)
            .divide(BigDecimal.valueOf(whole), 4, RoundingMode.HALF_UP)
            .doubleValue();
  }
}
