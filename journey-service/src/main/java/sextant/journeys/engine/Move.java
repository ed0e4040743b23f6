package sextant.journeys.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import sextant.journeys.graph.Plan;
import sextant.journeys.graph.State;
import sextant.journeys.graph.Walk;

/// What is to be written about one enrollment: all of it or nothing.
///
/// @param to where it stands now
/// @param status `active`, `completed` or `exited`
/// @param reason why it is over; empty while active
/// @param dueAt when to look at it next
/// @param attempts consecutive failures to read what the node at hand needs
/// @param mayNotSend whether deliveries of earlier steps are to be withdrawn
record Move(
    Enrollment from,
    Plan plan,
    State to,
    String status,
    Optional<String> reason,
    Instant dueAt,
    int attempts,
    List<Walk.Taken> steps,
    List<String> reached,
    List<Outgoing> outgoing,
    boolean mayNotSend) {

  /// A delivery to put into the outbox.
  record Outgoing(UUID deliveryId, int stepNo, String nodeId, String channel, String body) {}

  boolean isOver() {
    return !status.equals("active");
  }
}
