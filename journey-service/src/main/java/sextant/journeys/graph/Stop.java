package sextant.journeys.graph;

import java.time.Instant;
import java.util.Optional;

/// Why a walk went no further.
public sealed interface Stop {

  /// A wait is going on, until then if nothing happens before. Empty: only an event ends it.
  record Waiting(Optional<Instant> until) implements Stop {}

  /// The node at hand needs to know the customer.
  record NeedsFacts() implements Stop {}

  /// The node at hand needs a decision.
  record NeedsDecision(Node.NbaDecision node) implements Stop {}

  /// An exit node was reached.
  record Completed(String reason) implements Stop {}

  /// The customer is out without having reached an exit node.
  record Exited(String reason) implements Stop {}

  /// The node at hand is not finished, as drafts may be.
  record Stuck(String reason) implements Stop {}
}
