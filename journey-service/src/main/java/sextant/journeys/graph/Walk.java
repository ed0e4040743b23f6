package sextant.journeys.graph;

import java.time.Instant;
import java.util.List;

/// What came of a walk.
///
/// @param state where it ended
/// @param steps the nodes it left behind, in order
/// @param reached the nodes it came to, in order
/// @param sendings what is to be sent
/// @param stop why it went no further
public record Walk(
    State state, List<Taken> steps, List<String> reached, List<Sending> sendings, Stop stop) {

  /// A node left behind.
  ///
  /// @param decision what happened there, the same for a test and for real
  /// @param detail why; empty when there is nothing to add
  public record Taken(
      int stepNo,
      String nodeId,
      String decision,
      String detail,
      Instant reachedAt,
      Instant leftAt) {}

  /// Something to send, from the step of that number.
  public record Sending(
      int stepNo, String nodeId, String channel, java.util.Map<String, Object> decision) {}
}
