package sextant.dashboard.decision;

import static java.util.Comparator.comparing;
import static java.util.Comparator.reverseOrder;

import java.util.Comparator;
import java.util.List;
import sextant.dashboard.v1.DecisionTrace;

/// The default rule: of the active offers with a creative on the channel, the one with the highest
/// priority that is not suppressed, ties by offer id.
final class Arbiter {

  private static final Comparator<Contender> BEST_FIRST =
      comparing(Contender::priority, reverseOrder()).thenComparing(Contender::offerId);

  private Arbiter() {}

  /// Adds to `trace` what became of each contender, and the choice.
  static void decide(List<Contender> contenders, DecisionTrace.Builder trace) {
    for (Contender contender : contenders) {
      var qualification =
          trace
              .addQualificationResultsBuilder()
              .setOfferId(contender.offerId())
              .setPassed(contender.creative().isPresent());
      if (contender.creative().isEmpty()) {
        qualification.setReason("no active creative on the channel");
      }
      var policy =
          trace
              .addContactPolicyResultsBuilder()
              .setOfferId(contender.offerId())
              .setPassed(contender.suppressedBy().isEmpty());
      contender.suppressedBy().ifPresent(policy::setPolicyType);
    }
    List<Contender> ranking =
        contenders.stream().filter(Contender::fits).sorted(BEST_FIRST).toList();
    for (int rank = 1; rank <= ranking.size(); rank++) {
      trace
          .addScoringResultsBuilder()
          .setOfferId(ranking.get(rank - 1).offerId())
          .setScore(ranking.get(rank - 1).score())
          .setRank(rank);
    }
    ranking.stream().findFirst().ifPresent(best -> select(best, trace));
  }

  private static void select(Contender best, DecisionTrace.Builder trace) {
    Contender.Creative creative = best.creative().orElseThrow();
    trace
        .setChannelId(creative.channelId())
        .addSelectedOffersBuilder()
        .setOfferId(best.offerId())
        .setRank(1)
        .setCreativeId(creative.id());
  }
}
