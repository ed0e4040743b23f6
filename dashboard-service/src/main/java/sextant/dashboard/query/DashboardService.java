package sextant.dashboard.query;

import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.function.Function;
import sextant.dashboard.v1.DashboardServiceGrpc.DashboardServiceImplBase;
import sextant.dashboard.v1.GetAcceptanceRateRequest;
import sextant.dashboard.v1.GetAcceptanceRateResponse;
import sextant.dashboard.v1.GetAnomalyCandidatesRequest;
import sextant.dashboard.v1.GetAnomalyCandidatesResponse;
import sextant.dashboard.v1.GetAttributionSummaryRequest;
import sextant.dashboard.v1.GetAttributionSummaryResponse;
import sextant.dashboard.v1.GetBudgetBurnRequest;
import sextant.dashboard.v1.GetBudgetBurnResponse;
import sextant.dashboard.v1.GetChannelEffectivenessRequest;
import sextant.dashboard.v1.GetChannelEffectivenessResponse;
import sextant.dashboard.v1.GetDailyTrendRequest;
import sextant.dashboard.v1.GetDailyTrendResponse;
import sextant.dashboard.v1.GetDegradedScoringRequest;
import sextant.dashboard.v1.GetDegradedScoringResponse;
import sextant.dashboard.v1.GetFunnelRequest;
import sextant.dashboard.v1.GetFunnelResponse;
import sextant.dashboard.v1.GetLatencyTrendRequest;
import sextant.dashboard.v1.GetLatencyTrendResponse;
import sextant.dashboard.v1.GetModelMetricsTrendRequest;
import sextant.dashboard.v1.GetModelMetricsTrendResponse;
import sextant.dashboard.v1.GetOfferPerformanceGroupedRequest;
import sextant.dashboard.v1.GetOfferPerformanceGroupedResponse;
import sextant.dashboard.v1.GetOfferPerformanceRequest;
import sextant.dashboard.v1.GetOfferPerformanceResponse;
import sextant.dashboard.v1.GetPolicyImpactRequest;
import sextant.dashboard.v1.GetPolicyImpactResponse;
import sextant.dashboard.v1.GetRevenueTrendRequest;
import sextant.dashboard.v1.GetRevenueTrendResponse;
import sextant.dashboard.v1.GetScoreDistributionRequest;
import sextant.dashboard.v1.GetScoreDistributionResponse;
import sextant.dashboard.v1.GetSelectionFrequencyRequest;
import sextant.dashboard.v1.GetSelectionFrequencyResponse;
import sextant.dashboard.v1.GetSummaryRequest;
import sextant.dashboard.v1.GetSummaryResponse;
import sextant.dashboard.v1.GetWhyNotRankedRequest;
import sextant.dashboard.v1.GetWhyNotRankedResponse;
import sextant.kit.db.Database;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;

/// The eighteen types of dashboard data. Each has a class that reads it; this one gives them a
/// snapshot and answers a missing segment with a warning.
public final class DashboardService extends DashboardServiceImplBase {

  private final Database database;
  private final InstantSource time;
  private final JourneyCounts journeys;

  public DashboardService(Database database, InstantSource time, JourneyCounts journeys) {
    this.database = database;
    this.time = time;
    this.journeys = journeys;
  }

  @Override
  public void getSummary(GetSummaryRequest request, StreamObserver<GetSummaryResponse> out) {
    Unary.respond(
        out,
        () -> {
          OptionalLong total = journeys.total(Caller.current());
          GetSummaryResponse.Builder summary = read(Summary::read);
          total.ifPresentOrElse(
              summary::setTotalJourneys,
              () ->
                  summary.setWarning(
                      "totalJourneys is unknown: the journey-service is out of reach"));
          return summary.build();
        });
  }

  @Override
  public void getAcceptanceRate(
      GetAcceptanceRateRequest request, StreamObserver<GetAcceptanceRateResponse> out) {
    respond(
        out,
        reading -> AcceptanceRate.read(reading, request),
        warning -> GetAcceptanceRateResponse.newBuilder().setWarning(warning).build());
  }

  @Override
  public void getOfferPerformance(
      GetOfferPerformanceRequest request, StreamObserver<GetOfferPerformanceResponse> out) {
    respond(
        out,
        reading -> OfferPerformance.read(reading, request),
        warning -> GetOfferPerformanceResponse.newBuilder().setWarning(warning).build());
  }

  @Override
  public void getChannelEffectiveness(
      GetChannelEffectivenessRequest request, StreamObserver<GetChannelEffectivenessResponse> out) {
    respond(
        out,
        reading -> ChannelEffectiveness.read(reading, request),
        warning -> GetChannelEffectivenessResponse.newBuilder().setWarning(warning).build());
  }

  @Override
  public void getBudgetBurn(
      GetBudgetBurnRequest request, StreamObserver<GetBudgetBurnResponse> out) {
    Unary.respond(out, () -> read(BudgetBurn::read));
  }

  @Override
  public void getFunnel(GetFunnelRequest request, StreamObserver<GetFunnelResponse> out) {
    Unary.respond(out, () -> read(Funnel::read));
  }

  @Override
  public void getAttributionSummary(
      GetAttributionSummaryRequest request, StreamObserver<GetAttributionSummaryResponse> out) {
    Unary.respond(out, () -> read(AttributionSummary::read));
  }

  @Override
  public void getDailyTrend(
      GetDailyTrendRequest request, StreamObserver<GetDailyTrendResponse> out) {
    respond(
        out,
        reading -> DailyTrend.read(reading, request),
        warning -> GetDailyTrendResponse.newBuilder().setWarning(warning).build());
  }

  @Override
  public void getModelMetricsTrend(
      GetModelMetricsTrendRequest request, StreamObserver<GetModelMetricsTrendResponse> out) {
    Unary.respond(out, () -> read(reading -> ModelMetricsTrend.read(reading, request)));
  }

  @Override
  public void getLatencyTrend(
      GetLatencyTrendRequest request, StreamObserver<GetLatencyTrendResponse> out) {
    Unary.respond(out, () -> read(reading -> LatencyTrend.read(reading, request)));
  }

  @Override
  public void getOfferPerformanceGrouped(
      GetOfferPerformanceGroupedRequest request,
      StreamObserver<GetOfferPerformanceGroupedResponse> out) {
    respond(
        out,
        reading -> OfferPerformanceGrouped.read(reading, request),
        warning ->
            GetOfferPerformanceGroupedResponse.newBuilder()
                .setData("[]")
                .setGroupBy(OfferPerformanceGrouped.grouping(request))
                .setWarning(warning)
                .build());
  }

  @Override
  public void getRevenueTrend(
      GetRevenueTrendRequest request, StreamObserver<GetRevenueTrendResponse> out) {
    respond(
        out,
        reading -> RevenueTrend.read(reading, request),
        warning -> GetRevenueTrendResponse.newBuilder().setWarning(warning).build());
  }

  @Override
  public void getPolicyImpact(
      GetPolicyImpactRequest request, StreamObserver<GetPolicyImpactResponse> out) {
    Unary.respond(out, () -> read(PolicyImpact::read));
  }

  @Override
  public void getScoreDistribution(
      GetScoreDistributionRequest request, StreamObserver<GetScoreDistributionResponse> out) {
    Unary.respond(out, () -> read(reading -> ScoreDistribution.read(reading, request)));
  }

  @Override
  public void getDegradedScoring(
      GetDegradedScoringRequest request, StreamObserver<GetDegradedScoringResponse> out) {
    Unary.respond(out, () -> read(reading -> DegradedScoring.read(reading, request)));
  }

  @Override
  public void getSelectionFrequency(
      GetSelectionFrequencyRequest request, StreamObserver<GetSelectionFrequencyResponse> out) {
    respond(
        out,
        reading -> SelectionFrequency.read(reading, request),
        warning -> GetSelectionFrequencyResponse.newBuilder().setWarning(warning).build());
  }

  @Override
  public void getAnomalyCandidates(
      GetAnomalyCandidatesRequest request, StreamObserver<GetAnomalyCandidatesResponse> out) {
    Unary.respond(out, () -> read(reading -> AnomalyCandidates.read(reading, request)));
  }

  @Override
  public void getWhyNotRanked(
      GetWhyNotRankedRequest request, StreamObserver<GetWhyNotRankedResponse> out) {
    respond(
        out,
        reading -> WhyNotRanked.read(reading, request),
        warning -> GetWhyNotRankedResponse.newBuilder().setData("[]").setWarning(warning).build());
  }

  private <R> void respond(
      StreamObserver<R> out, Function<Reading, R> query, Function<String, R> withWarning) {
    Unary.respond(
        out,
        () -> {
          try {
            return read(query);
          } catch (MissingSegmentException missing) {
            return withWarning.apply(missing.getMessage());
          }
        });
  }

  private <R> R read(Function<Reading, R> query) {
    String tenantId = Caller.current().tenantId();
    return database.inTenant(
        tenantId,
        tx -> {
          tx.execute("set transaction isolation level repeatable read, read only");
          return query.apply(
              new Reading(tx, tenantId, time.instant().truncatedTo(ChronoUnit.MICROS)));
        });
  }
}
