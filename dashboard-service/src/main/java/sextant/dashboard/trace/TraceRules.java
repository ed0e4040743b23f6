package sextant.dashboard.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.ScoringResult;
import sextant.dashboard.v1.SelectedOffer;
import sextant.dashboard.value.Instants;
import sextant.kit.rpc.ApiException.Violation;

/// What the contract's constraints cannot say about a trace.
final class TraceRules {

  private static final Duration MAX_AHEAD = Duration.ofHours(24);

  private TraceRules() {}

  /// The faults of a trace that arrives now; their fields start with `prefix`.
  static List<Violation> violations(DecisionTrace trace, String prefix, Instant now) {
    List<Violation> found = new ArrayList<>();
    if (trace.hasCreatedAt()) {
      Optional<Instant> createdAt = Instants.parse(trace.getCreatedAt());
      if (createdAt.isEmpty()) {
        found.add(new Violation(prefix + "created_at", Instants.RULE));
      } else if (createdAt.get().isAfter(now.plus(MAX_AHEAD))) {
        found.add(new Violation(prefix + "created_at", "must be at most 24 hours in the future"));
      }
    }
    onlyOnce(
        trace.getScoringResultsList(),
        ScoringResult::getOfferId,
        prefix + "scoring_results",
        found);
    onlyOnce(
        trace.getSelectedOffersList(),
        SelectedOffer::getOfferId,
        prefix + "selected_offers",
        found);
    return found;
  }

  private static <T> void onlyOnce(
      List<T> results, Function<T, String> offerId, String path, List<Violation> found) {
    Set<String> seen = new HashSet<>();
    for (int index = 0; index < results.size(); index++) {
      if (!seen.add(offerId.apply(results.get(index)))) {
        found.add(
            new Violation(path + "[" + index + "].offer_id", "must not come twice in one trace"));
      }
    }
  }
}
