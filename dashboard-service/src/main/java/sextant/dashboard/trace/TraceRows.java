package sextant.dashboard.trace;

import static java.util.Comparator.comparing;
import static java.util.Comparator.reverseOrder;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import sextant.dashboard.jooq.dashboard.tables.records.DecisionCandidateRecord;
import sextant.dashboard.jooq.dashboard.tables.records.DecisionTraceRecord;
import sextant.dashboard.v1.ContactPolicyResult;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.QualificationResult;
import sextant.dashboard.v1.ScoringResult;
import sextant.dashboard.v1.SelectedOffer;
import sextant.dashboard.value.Instants;
import sextant.kit.db.Ids;
import sextant.kit.rpc.Timestamps;

/// A trace as rows: one for itself and one per candidate, by offer id.
record TraceRows(DecisionTraceRecord trace, List<DecisionCandidateRecord> candidates) {

  private static final int SCORE_DECIMALS = 12;

  /// The rows of a valid trace that arrives now.
  static TraceRows of(String tenantId, DecisionTrace message, Instant now) {
    DecisionTraceRecord trace = new DecisionTraceRecord();
    trace.setTenantId(tenantId);
    trace.setCustomerId(message.getCustomerId());
    UUID key = Ids.next();
    trace.setTraceKey(key);
    trace.setId(message.hasId() ? message.getId() : key.toString());
    trace.setCreatedAt(createdAt(message, now));
    trace.setDecisionFlowKey(message.hasDecisionFlowKey() ? message.getDecisionFlowKey() : null);
    trace.setChannelId(message.hasChannelId() ? message.getChannelId() : null);
    trace.setTotalLatencyMs(message.hasTotalLatencyMs() ? message.getTotalLatencyMs() : null);
    trace.setDegraded(message.getDegradedScoring());
    trace.setScored(message.getScoringResultsCount() > 0);
    return new TraceRows(trace, candidates(trace, message));
  }

  /// Never after its arrival, so that the counts of a day are complete up to now.
  private static Instant createdAt(DecisionTrace message, Instant now) {
    Instant arrival = Instants.parse(Timestamps.of(now)).orElseThrow();
    return message.hasCreatedAt()
        ? Instants.parse(message.getCreatedAt())
            .filter(instant -> instant.isBefore(arrival))
            .orElse(arrival)
        : arrival;
  }

  private static List<DecisionCandidateRecord> candidates(
      DecisionTraceRecord trace, DecisionTrace message) {
    Map<String, DecisionCandidateRecord> byOffer = new TreeMap<>();
    for (QualificationResult result : message.getQualificationResultsList()) {
      DecisionCandidateRecord candidate = candidate(byOffer, trace, result.getOfferId());
      if (!Boolean.FALSE.equals(candidate.getQualified())) {
        candidate.setQualified(result.getPassed());
        candidate.setQualificationReason(result.hasReason() ? result.getReason() : null);
      }
    }
    for (ContactPolicyResult result : message.getContactPolicyResultsList()) {
      DecisionCandidateRecord candidate = candidate(byOffer, trace, result.getOfferId());
      if (!Boolean.FALSE.equals(candidate.getAllowed())) {
        candidate.setAllowed(result.getPassed());
        candidate.setPolicyType(result.hasPolicyType() ? result.getPolicyType() : null);
        candidate.setPolicyReason(result.hasReason() ? result.getReason() : null);
      }
    }
    for (ScoringResult result : message.getScoringResultsList()) {
      DecisionCandidateRecord candidate = candidate(byOffer, trace, result.getOfferId());
      candidate.setScore(
          BigDecimal.valueOf(result.getScore()).setScale(SCORE_DECIMALS, RoundingMode.HALF_UP));
      candidate.setRank(result.hasRank() ? result.getRank() : null);
    }
    for (SelectedOffer selected : message.getSelectedOffersList()) {
      DecisionCandidateRecord candidate = candidate(byOffer, trace, selected.getOfferId());
      candidate.setSelectedRank(selected.getRank());
      candidate.setSelectedCreativeId(selected.hasCreativeId() ? selected.getCreativeId() : null);
    }
    List<DecisionCandidateRecord> candidates = List.copyOf(byOffer.values());
    rank(candidates);
    markBeaten(candidates);
    return candidates;
  }

  private static DecisionCandidateRecord candidate(
      Map<String, DecisionCandidateRecord> byOffer, DecisionTraceRecord trace, String offerId) {
    return byOffer.computeIfAbsent(
        offerId,
        absent -> {
          DecisionCandidateRecord candidate = new DecisionCandidateRecord();
          candidate.setTenantId(trace.getTenantId());
          candidate.setCustomerId(trace.getCustomerId());
          candidate.setTraceKey(trace.getTraceKey());
          candidate.setOfferId(offerId);
          candidate.setCreatedAt(trace.getCreatedAt());
          candidate.setDecisionFlowKey(trace.getDecisionFlowKey());
          candidate.setChannelId(trace.getChannelId());
          return candidate;
        });
  }

  /// Where the scoring gave no rank, it is the place by score, best first, ties by offer id.
  private static void rank(List<DecisionCandidateRecord> candidates) {
    List<DecisionCandidateRecord> byScore =
        candidates.stream()
            .filter(candidate -> candidate.getScore() != null)
            .sorted(
                comparing(DecisionCandidateRecord::getScore, reverseOrder())
                    .thenComparing(DecisionCandidateRecord::getOfferId))
            .toList();
    for (int place = 1; place <= byScore.size(); place++) {
      DecisionCandidateRecord candidate = byScore.get(place - 1);
      if (candidate.getRank() == null) {
        candidate.setRank(place);
      }
    }
  }

  /// Names the winner, the offer selected at the best rank, to those that were scored in vain.
  private static void markBeaten(List<DecisionCandidateRecord> candidates) {
    Optional<String> winner =
        candidates.stream()
            .filter(candidate -> candidate.getSelectedRank() != null)
            .min(
                Comparator.comparing(DecisionCandidateRecord::getSelectedRank)
                    .thenComparing(DecisionCandidateRecord::getOfferId))
            .map(DecisionCandidateRecord::getOfferId);
    for (DecisionCandidateRecord candidate : candidates) {
      if (candidate.getScore() != null && candidate.getSelectedRank() == null) {
        candidate.setBeatenBy(winner.orElse(null));
      }
    }
  }

  /// The trace as the contract shows it.
  DecisionTrace toMessage() {
    DecisionTrace.Builder message =
        DecisionTrace.newBuilder()
            .setId(trace.getId())
            .setCustomerId(trace.getCustomerId())
            .setCreatedAt(Timestamps.of(trace.getCreatedAt()))
            .setDegradedScoring(trace.getDegraded());
    Optional.ofNullable(trace.getDecisionFlowKey()).ifPresent(message::setDecisionFlowKey);
    Optional.ofNullable(trace.getChannelId()).ifPresent(message::setChannelId);
    Optional.ofNullable(trace.getTotalLatencyMs()).ifPresent(message::setTotalLatencyMs);
    for (DecisionCandidateRecord candidate : candidates) {
      addTo(message, candidate);
    }
    return message.build();
  }

  private static void addTo(DecisionTrace.Builder message, DecisionCandidateRecord candidate) {
    String offerId = candidate.getOfferId();
    if (candidate.getQualified() != null) {
      QualificationResult.Builder result =
          message
              .addQualificationResultsBuilder()
              .setOfferId(offerId)
              .setPassed(candidate.getQualified());
      Optional.ofNullable(candidate.getQualificationReason()).ifPresent(result::setReason);
    }
    if (candidate.getAllowed() != null) {
      ContactPolicyResult.Builder result =
          message
              .addContactPolicyResultsBuilder()
              .setOfferId(offerId)
              .setPassed(candidate.getAllowed());
      Optional.ofNullable(candidate.getPolicyType()).ifPresent(result::setPolicyType);
      Optional.ofNullable(candidate.getPolicyReason()).ifPresent(result::setReason);
    }
    if (candidate.getScore() != null) {
      message
          .addScoringResultsBuilder()
          .setOfferId(offerId)
          .setScore(candidate.getScore().doubleValue())
          .setRank(candidate.getRank());
    }
    if (candidate.getSelectedRank() != null) {
      SelectedOffer.Builder selected =
          message
              .addSelectedOffersBuilder()
              .setOfferId(offerId)
              .setRank(candidate.getSelectedRank());
      Optional.ofNullable(candidate.getSelectedCreativeId()).ifPresent(selected::setCreativeId);
    }
  }
}
