package sextant.dashboard.decision;

import java.util.Optional;

/// An active offer that might be chosen for a customer.
///
/// @param offerId the offer
/// @param priority its priority, 0-100
/// @param creative the creative that would show it; empty when it has none on the channel
/// @param suppressedBy the policy that keeps the customer from it; empty when none does
record Contender(
    String offerId, int priority, Optional<Creative> creative, Optional<String> suppressedBy) {

  /// How an offer looks on a channel.
  record Creative(String id, String channelId) {}

  boolean fits() {
    return creative.isPresent() && suppressedBy.isEmpty();
  }

  /// Priority as a score, 0-1.
  double score() {
    return priority / 100.0;
  }
}
