package sextant.dashboard.query;

import static sextant.dashboard.query.Oracle.most;
import static sextant.dashboard.query.Oracle.rounded;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import sextant.dashboard.v1.BeatenBy;
import sextant.dashboard.v1.Category;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.GetDegradedScoringRequest;
import sextant.dashboard.v1.GetDegradedScoringResponse;
import sextant.dashboard.v1.GetLatencyTrendRequest;
import sextant.dashboard.v1.GetLatencyTrendResponse;
import sextant.dashboard.v1.GetScoreDistributionRequest;
import sextant.dashboard.v1.GetScoreDistributionResponse;
import sextant.dashboard.v1.GetSelectionFrequencyRequest;
import sextant.dashboard.v1.GetSelectionFrequencyResponse;
import sextant.dashboard.v1.GetWhyNotRankedRequest;
import sextant.dashboard.v1.GetWhyNotRankedResponse;
import sextant.dashboard.v1.MissReasons;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.ScoreBucket;
import sextant.dashboard.v1.ScoreDimensionBucket;
import sextant.dashboard.v1.ScoringResult;
import sextant.dashboard.v1.SelectedOffer;
import sextant.dashboard.v1.SelectionFrequencyRow;

/// The types that read traces, by going through the list of them.
final class TraceOracle {

  private final Oracle oracle;
  private final World world;

  TraceOracle(World world) {
    this.world = world;
    this.oracle = new Oracle(world);
  }

  private Instant at(DecisionTrace trace) {
    Instant created =
        Instant.ofEpochSecond(trace.getCreatedAt().getSeconds(), trace.getCreatedAt().getNanos());
    return created.isAfter(world.now) ? world.now : created;
  }

  /// The traces of a span, newest first, ties by id.
  private List<DecisionTrace> traces(Oracle.Span span) {
    return world.traces.stream()
        .filter(trace -> span.contains(at(trace)))
        .sorted(
            Comparator.comparing(this::at, Comparator.reverseOrder())
                .thenComparing(DecisionTrace::getId))
        .toList();
  }

  private static BigDecimal score(ScoringResult result) {
    return new BigDecimal(Double.toString(result.getScore())).setScale(12, RoundingMode.HALF_UP);
  }

  private static Set<String> candidates(DecisionTrace trace) {
    Set<String> offers = new TreeSet<>();
    trace.getQualificationResultsList().forEach(result -> offers.add(result.getOfferId()));
    trace.getContactPolicyResultsList().forEach(result -> offers.add(result.getOfferId()));
    trace.getScoringResultsList().forEach(result -> offers.add(result.getOfferId()));
    trace.getSelectedOffersList().forEach(result -> offers.add(result.getOfferId()));
    return offers;
  }

  private static boolean failedQualification(DecisionTrace trace, String offer) {
    return trace.getQualificationResultsList().stream()
        .anyMatch(result -> result.getOfferId().equals(offer) && !result.getPassed());
  }

  private static boolean failedPolicy(DecisionTrace trace, String offer) {
    return trace.getContactPolicyResultsList().stream()
        .anyMatch(result -> result.getOfferId().equals(offer) && !result.getPassed());
  }

  private static boolean isSelected(DecisionTrace trace, String offer) {
    return trace.getSelectedOffersList().stream()
        .anyMatch(selected -> selected.getOfferId().equals(offer));
  }

  private static Optional<ScoringResult> scoring(DecisionTrace trace, String offer) {
    return trace.getScoringResultsList().stream()
        .filter(result -> result.getOfferId().equals(offer))
        .findAny();
  }

  /// The rank given, else one more than the number of scored offers that come before.
  private static int rank(DecisionTrace trace, ScoringResult own) {
    if (own.hasRank()) {
      return own.getRank();
    }
    int before = 0;
    for (ScoringResult other : trace.getScoringResultsList()) {
      int comparison = score(other).compareTo(score(own));
      if (comparison > 0 || comparison == 0 && other.getOfferId().compareTo(own.getOfferId()) < 0) {
        before++;
      }
    }
    return before + 1;
  }

  GetLatencyTrendResponse latencyTrend(GetLatencyTrendRequest request) {
    GetLatencyTrendResponse.Builder response = GetLatencyTrendResponse.newBuilder();
    for (LocalDate day : oracle.trendDays(request.getDays(), request.getTimezone())) {
      List<Integer> latencies =
          traces(oracle.day(day, request.getTimezone())).stream()
              .filter(DecisionTrace::hasTotalLatencyMs)
              .map(DecisionTrace::getTotalLatencyMs)
              .sorted()
              .toList();
      if (!latencies.isEmpty()) {
        response
            .addDataBuilder()
            .setName(Oracle.weekday(day))
            .setP50(nearestRank(latencies, 50))
            .setP99(nearestRank(latencies, 99));
      }
    }
    return response.setHasRealData(response.getDataCount() > 0).build();
  }

  private static int nearestRank(List<Integer> sorted, int percent) {
    int rank = (sorted.size() * percent + 99) / 100;
    return sorted.get(rank - 1);
  }

  GetDegradedScoringResponse degradedScoring(GetDegradedScoringRequest request) {
    long[] counts = degraded(oracle.lookback(request.getDays(), request.getTimezone()));
    return GetDegradedScoringResponse.newBuilder()
        .setDegradedCount(counts[0])
        .setTotalCount(counts[1])
        .setDays(Oracle.days(request.getDays()))
        .setHasData(counts[1] > 0)
        .build();
  }

  /// Degraded traces, and traces that have a scored offer or are degraded.
  long[] degraded(Oracle.Span span) {
    List<DecisionTrace> traces = traces(span);
    return new long[] {
      traces.stream().filter(DecisionTrace::getDegradedScoring).count(),
      traces.stream()
          .filter(trace -> trace.getDegradedScoring() || trace.getScoringResultsCount() > 0)
          .count()
    };
  }

  private record Scored(BigDecimal score, String dimension) {}

  GetScoreDistributionResponse scoreDistribution(GetScoreDistributionRequest request) {
    List<Scored> scores = new ArrayList<>();
    for (DecisionTrace trace : traces(oracle.lookback(request.getDays(), request.getTimezone()))) {
      for (ScoringResult result : trace.getScoringResultsList()) {
        String dimension =
            switch (request.getGroupBy()) {
              case SCORE_GROUPING_CHANNEL -> trace.getChannelId();
              case SCORE_GROUPING_OFFER -> result.getOfferId();
              case SCORE_GROUPING_CATEGORY ->
                  oracle.offer(result.getOfferId()).map(Offer::getCategoryId).orElse("");
              default -> "";
            };
        if (!request.hasFilterId() || request.getFilterId().equals(dimension)) {
          scores.add(new Scored(score(result), dimension));
        }
      }
    }
    GetScoreDistributionResponse.Builder response =
        GetScoreDistributionResponse.newBuilder()
            .setTotalScores(scores.size())
            .setHasRealData(!scores.isEmpty());
    String[] names = {
      "0.0-0.1", "0.1-0.2", "0.2-0.3", "0.3-0.4", "0.4-0.5", "0.5-0.6", "0.6-0.7", "0.7-0.8",
      "0.8-0.9", "0.9-1.0"
    };
    for (int bucket = 0; bucket < 10 && !scores.isEmpty(); bucket++) {
      BigDecimal from = BigDecimal.valueOf(bucket, 1);
      BigDecimal until = bucket == 9 ? BigDecimal.TWO : BigDecimal.valueOf(bucket + 1, 1);
      response.addData(
          ScoreBucket.newBuilder()
              .setName(names[bucket])
              .setCount(
                  scores.stream()
                      .filter(
                          scored ->
                              scored.score().compareTo(from) >= 0
                                  && scored.score().compareTo(until) < 0)
                      .count()));
    }
    if (request.hasGroupBy()) {
      response.setGroupBy(request.getGroupBy());
      response.addAllDimensionBuckets(dimensions(request, scores));
    }
    return response.build();
  }

  private List<ScoreDimensionBucket> dimensions(
      GetScoreDistributionRequest request, List<Scored> scores) {
    return scores.stream()
        .map(Scored::dimension)
        .filter(dimension -> !dimension.isEmpty())
        .distinct()
        .map(
            dimension -> {
              List<BigDecimal> own =
                  scores.stream()
                      .filter(scored -> scored.dimension().equals(dimension))
                      .map(Scored::score)
                      .toList();
              return ScoreDimensionBucket.newBuilder()
                  .setName(dimension)
                  .setDimName(
                      switch (request.getGroupBy()) {
                        case SCORE_GROUPING_CHANNEL -> oracle.channelName(dimension);
                        case SCORE_GROUPING_OFFER -> oracle.offerName(dimension);
                        default ->
                            world.categories.stream()
                                .filter(category -> category.getId().equals(dimension))
                                .map(Category::getName)
                                .findAny()
                                .orElse(dimension);
                      })
                  .setCount(own.size())
                  .setAvgScore(mean(own))
                  .build();
            })
        .sorted(most(ScoreDimensionBucket::getCount, ScoreDimensionBucket::getName))
        .toList();
  }

  private static double mean(List<BigDecimal> numbers) {
    return numbers.isEmpty()
        ? 0
        : numbers.stream()
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .divide(new BigDecimal(numbers.size()), 3, RoundingMode.HALF_UP)
            .doubleValue();
  }

  GetSelectionFrequencyResponse selectionFrequency(GetSelectionFrequencyRequest request) {
    GetSelectionFrequencyResponse.Builder response = GetSelectionFrequencyResponse.newBuilder();
    Optional<String> warning = oracle.warning(request.getSegmentId());
    if (warning.isPresent()) {
      return response.setWarning(warning.get()).build();
    }
    List<DecisionTrace> traces =
        traces(oracle.lookback(request.getDays(), request.getTimezone())).stream()
            .filter(trace -> oracle.isIn(request.getSegmentId(), trace.getCustomerId()))
            .filter(
                trace ->
                    !request.hasChannelId() || request.getChannelId().equals(trace.getChannelId()))
            .filter(
                trace ->
                    !request.hasDecisionFlowId()
                        || request.getDecisionFlowId().equals(trace.getDecisionFlowKey()))
            .limit(request.getExact() ? Long.MAX_VALUE : 10_000)
            .toList();
    Set<String> offers = new TreeSet<>();
    traces.forEach(trace -> offers.addAll(candidates(trace)));
    List<SelectionFrequencyRow> rows = new ArrayList<>();
    for (String offer : offers) {
      if (!request.hasCategoryId()
          || oracle
              .offer(offer)
              .map(Offer::getCategoryId)
              .equals(Optional.of(request.getCategoryId()))) {
        rows.add(selection(traces, offer));
      }
    }
    rows.sort(most(SelectionFrequencyRow::getSelectedCount, SelectionFrequencyRow::getOfferId));
    return response
        .addAllData(rows)
        .setTotalTraces(traces.size())
        .setPeriod(oracle.period(request.getDays(), request.getTimezone()))
        .build();
  }

  private SelectionFrequencyRow selection(List<DecisionTrace> traces, String offer) {
    long eligible =
        traces.stream()
            .filter(trace -> candidates(trace).contains(offer))
            .filter(trace -> !failedQualification(trace, offer))
            .count();
    long selected = traces.stream().filter(trace -> isSelected(trace, offer)).count();
    List<Integer> ranks = ranks(traces, offer);
    return SelectionFrequencyRow.newBuilder()
        .setOfferId(offer)
        .setOfferName(oracle.offerName(offer))
        .setEligibleCount(eligible)
        .setScoredCount(ranks.size())
        .setSelectedCount(selected)
        .setSelectionRate(rounded(selected, eligible, 3))
        .setAvgRank(rounded(ranks.stream().mapToLong(Integer::longValue).sum(), ranks.size(), 1))
        .addAllRankDistribution(distribution(ranks))
        .build();
  }

  private static List<Integer> ranks(List<DecisionTrace> traces, String offer) {
    return traces.stream()
        .flatMap(trace -> scoring(trace, offer).map(own -> rank(trace, own)).stream())
        .toList();
  }

  private static List<Long> distribution(List<Integer> ranks) {
    List<Long> distribution = new ArrayList<>();
    for (int rank = 1; rank <= 10; rank++) {
      int wanted = rank;
      distribution.add(ranks.stream().filter(found -> found == wanted).count());
    }
    return distribution;
  }

  GetWhyNotRankedResponse whyNotRanked(GetWhyNotRankedRequest request) {
    GetWhyNotRankedResponse.Builder response = GetWhyNotRankedResponse.newBuilder();
    Optional<String> warning = oracle.warning(request.getSegmentId());
    if (warning.isPresent()) {
      return response.setData("[]").setWarning(warning.get()).build();
    }
    List<DecisionTrace> traces =
        traces(oracle.lookback(request.getDays(), request.getTimezone())).stream()
            .filter(trace -> oracle.isIn(request.getSegmentId(), trace.getCustomerId()))
            .limit(request.getExact() ? Long.MAX_VALUE : 1_000)
            .toList();
    String offer = request.getOfferId();
    List<DecisionTrace> with =
        traces.stream().filter(trace -> candidates(trace).contains(offer)).toList();
    List<DecisionTrace> missed = with.stream().filter(trace -> !isSelected(trace, offer)).toList();
    long byPolicy = missed.stream().filter(trace -> failedPolicy(trace, offer)).count();
    long byQualification =
        missed.stream()
            .filter(trace -> !failedPolicy(trace, offer) && failedQualification(trace, offer))
            .count();
    if (!request.getExact()) {
      response.setSampleCap(1_000);
    }
    return response
        .setOfferId(offer)
        .setOfferName(oracle.offerName(offer))
        .setTimesEligible(with.size())
        .setTimesSelected(with.size() - missed.size())
        .setMissRate(rounded(missed.size(), with.size(), 3))
        .setMissReasons(
            MissReasons.newBuilder()
                .setScoredTooLow(missed.size() - byPolicy - byQualification)
                .setFilteredByContactPolicy(byPolicy)
                .setFilteredByQualification(byQualification)
                .addAllBeatenBy(beatenBy(missed, offer)))
        .addAllRankDistribution(distribution(ranks(traces, offer)))
        .setAvgScore(
            mean(
                traces.stream()
                    .flatMap(trace -> scoring(trace, offer).stream())
                    .map(TraceOracle::score)
                    .toList()))
        .setPeriod(oracle.period(request.getDays(), request.getTimezone()))
        .setSampleSize(traces.size())
        .build();
  }

  private List<BeatenBy> beatenBy(List<DecisionTrace> missed, String offer) {
    Map<String, Long> wins = new HashMap<>();
    for (DecisionTrace trace : missed) {
      if (scoring(trace, offer).isPresent()) {
        trace.getSelectedOffersList().stream()
            .min(
                Comparator.comparing(SelectedOffer::getRank)
                    .thenComparing(SelectedOffer::getOfferId))
            .ifPresent(winner -> wins.merge(winner.getOfferId(), 1L, Long::sum));
      }
    }
    return wins.entrySet().stream()
        .map(
            win ->
                BeatenBy.newBuilder()
                    .setOfferId(win.getKey())
                    .setOfferName(oracle.offerName(win.getKey()))
                    .setCount(win.getValue())
                    .build())
        .sorted(most(BeatenBy::getCount, BeatenBy::getOfferId))
        .limit(5)
        .toList();
  }
}
