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
/// @param waiting whether a wait at this node has begun; the next three belong to it
/// @param waitUntil when the wait is over
/// @param waitEvent what ends it before
/// @param arrived events that came in time for a wait on this walk
/// @param decision the last decision, as `{decisionId, offerId, ...}`; empty: none
/// @param exitReason why to leave at once
public record State(
    String nodeId,
    Instant nodeSince,
    int stepNo,
    boolean waiting,
    Optional<Instant> waitUntil,
    Optional<String> waitEvent,
    List<String> arrived,
    Map<String, Object> decision,
    Optional<String> exitReason) {

  /// Somebody who has just come in.
  public static State enter(String nodeId, Instant now) {
    return new State(
        nodeId,
        now,
        0,
        false,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        Optional.empty());
  }

  /// The same, with an event that came.
  public State withArrived(String event) {
    return new State(
        nodeId,
        nodeSince,
        stepNo,
        waiting,
        waitUntil,
        waitEvent,
        List.of(event),
        decision,
        exitReason);
  }
}
