package sextant.journeys.graph;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where an enrollment stands between two walks.
///
/// @param nodeId the node at hand
/// @param nodeSince when it was reached
/// @param stepNo how many nodes are behind
/// @param waitUntil when the wait that is going on is over; with waitEvent empty as well: none has
///   begun
/// @param waitEvent what ends it before
/// @param arrived events that came in time for a wait on this walk
/// @param decision the last decision, as `{decisionId, offerId, ...}`; empty: none
/// @param exitReason why to leave at once
public record State(
    String nodeId,
    Instant nodeSince,
    int stepNo,
    Optional<Instant> waitUntil,
    Optional<String> waitEvent,
    List<String> arrived,
    Map<String, Object> decision,
    Optional<String> exitReason) {

  /// Somebody who has just come in.
  public static State enter(String nodeId, Instant now) {
    return new State(
        nodeId, now, 0, Optional.empty(), Optional.empty(), List.of(), Map.of(), Optional.empty());
  }

  /// The same, with an event that came.
  public State withArrived(String event) {
    return new State(
        nodeId, nodeSince, stepNo, waitUntil, waitEvent, List.of(event), decision, exitReason);
  }
}
