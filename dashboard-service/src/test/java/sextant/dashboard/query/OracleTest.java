package sextant.dashboard.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.v1.DashboardServiceGrpc;
import sextant.dashboard.v1.DashboardServiceGrpc.DashboardServiceBlockingStub;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.DecisionTracesServiceGrpc;
import sextant.dashboard.v1.DeleteEntryRequest;
import sextant.dashboard.v1.GetAcceptanceRateRequest;
import sextant.dashboard.v1.GetAnomalyCandidatesRequest;
import sextant.dashboard.v1.GetAttributionSummaryRequest;
import sextant.dashboard.v1.GetBudgetBurnRequest;
import sextant.dashboard.v1.GetChannelEffectivenessRequest;
import sextant.dashboard.v1.GetDailyTrendRequest;
import sextant.dashboard.v1.GetDegradedScoringRequest;
import sextant.dashboard.v1.GetFunnelRequest;
import sextant.dashboard.v1.GetLatencyTrendRequest;
import sextant.dashboard.v1.GetModelMetricsTrendRequest;
import sextant.dashboard.v1.GetOfferPerformanceGroupedRequest;
import sextant.dashboard.v1.GetOfferPerformanceRequest;
import sextant.dashboard.v1.GetPolicyImpactRequest;
import sextant.dashboard.v1.GetRevenueTrendRequest;
import sextant.dashboard.v1.GetScoreDistributionRequest;
import sextant.dashboard.v1.GetSelectionFrequencyRequest;
import sextant.dashboard.v1.GetSummaryRequest;
import sextant.dashboard.v1.GetWhyNotRankedRequest;
import sextant.dashboard.v1.PerformanceGrouping;
import sextant.dashboard.v1.ScoreGrouping;
import sextant.kit.testing.Seeds;

/// Every type against a plain computation, over many small tenants.
final class OracleTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  /// As many as a few seconds allow; `-Dsextant.worlds=1000` for a long run.
  private static final int WORLDS = Integer.getInteger("sextant.worlds", 100);

  @Test
  void everyTypeEqualsThePlainComputation() {
    dashboard
        .database()
        .<Void>asOwner(
            owner -> {
              compareWorlds(owner);
              return null;
            });
  }

  private static void compareWorlds(DSLContext owner) {
    Seeds.forEach(
        WORLDS,
        random -> {
          World world = WorldGenerator.generate(random);
          String tenant = dashboard.newTenant();
          dashboard.clock.set(world.now);
          dashboard.journeys().setTotal(tenant, world.journeys);
          WorldWriter writer = new WorldWriter(dashboard, tenant, owner);
          writer.write(world);
          if (random.nextInt(4) == 0) {
            correct(random, world, tenant, writer);
          }
          new Comparison(random, world, tenant).all();
        });
  }

  /// Late, changed and withdrawn facts.
  private static void correct(Random random, World world, String tenant, WorldWriter writer) {
    WorldGenerator.change(random, world);
    writer.replaceInteractions(world.acts);
    var traces = dashboard.as(DecisionTracesServiceGrpc::newBlockingStub, tenant, Role.ROLE_ADMIN);
    for (DecisionTrace trace : List.copyOf(world.traces)) {
      if (random.nextInt(3) == 0) {
        traces.deleteDecisionTrace(DeleteEntryRequest.newBuilder().setId(trace.getId()).build());
        world.traces.remove(trace);
      }
    }
  }

  /// One world, asked for each type with random parameters.
  private static final class Comparison {

    private final Random random;
    private final World world;
    private final DashboardServiceBlockingStub actual;
    private final InteractionOracle interactions;
    private final TraceOracle traces;
    private final CatalogueOracle catalogue;
    private final AnomalyOracle anomalies;

    Comparison(Random random, World world, String tenant) {
      this.random = random;
      this.world = world;
      this.actual = dashboard.as(DashboardServiceGrpc::newBlockingStub, tenant, Role.ROLE_VIEWER);
      this.interactions = new InteractionOracle(world);
      this.traces = new TraceOracle(world);
      this.catalogue = new CatalogueOracle(world);
      this.anomalies = new AnomalyOracle(world);
    }

    void all() {
      catalogue();
      offers();
      trends();
      traces();
      selection();
      anomalies();
    }

    private void catalogue() {
      assertThat(actual.getSummary(GetSummaryRequest.getDefaultInstance()))
          .isEqualTo(catalogue.summary());
      assertThat(actual.getBudgetBurn(GetBudgetBurnRequest.getDefaultInstance()))
          .isEqualTo(catalogue.budgetBurn());
      assertThat(actual.getFunnel(GetFunnelRequest.getDefaultInstance()))
          .isEqualTo(catalogue.funnel());
      assertThat(actual.getAttributionSummary(GetAttributionSummaryRequest.getDefaultInstance()))
          .isEqualTo(catalogue.attributionSummary());
      assertThat(actual.getPolicyImpact(GetPolicyImpactRequest.getDefaultInstance()))
          .isEqualTo(catalogue.policyImpact());
      var model = GetModelMetricsTrendRequest.newBuilder();
      maybe(0.4, () -> "m" + random.nextInt(4), model::setModelId);
      assertThat(actual.getModelMetricsTrend(model.build()))
          .isEqualTo(catalogue.modelMetricsTrend(model.build()));
    }

    private void offers() {
      var acceptance = GetAcceptanceRateRequest.newBuilder();
      window(acceptance::setDays, acceptance::setTimezone);
      segment(acceptance::setSegmentId);
      assertThat(actual.getAcceptanceRate(acceptance.build()))
          .isEqualTo(interactions.acceptanceRate(acceptance.build()));

      var performance = GetOfferPerformanceRequest.newBuilder();
      window(performance::setDays, performance::setTimezone);
      segment(performance::setSegmentId);
      assertThat(actual.getOfferPerformance(performance.build()))
          .isEqualTo(interactions.offerPerformance(performance.build()));

      var grouped = GetOfferPerformanceGroupedRequest.newBuilder();
      window(grouped::setDays, grouped::setTimezone);
      segment(grouped::setSegmentId);
      if (random.nextInt(4) > 0) {
        grouped.setGroupBy(PerformanceGrouping.forNumber(1 + random.nextInt(3)));
      }
      assertThat(actual.getOfferPerformanceGrouped(grouped.build()))
          .isEqualTo(interactions.grouped(grouped.build()));

      var channels = GetChannelEffectivenessRequest.newBuilder();
      window(channels::setDays, channels::setTimezone);
      segment(channels::setSegmentId);
      assertThat(actual.getChannelEffectiveness(channels.build()))
          .isEqualTo(interactions.channelEffectiveness(channels.build()));
    }

    private void trends() {
      var daily = GetDailyTrendRequest.newBuilder();
      window(daily::setDays, daily::setTimezone);
      segment(daily::setSegmentId);
      assertThat(actual.getDailyTrend(daily.build()))
          .isEqualTo(interactions.dailyTrend(daily.build()));

      var revenue = GetRevenueTrendRequest.newBuilder();
      window(revenue::setDays, revenue::setTimezone);
      segment(revenue::setSegmentId);
      assertThat(actual.getRevenueTrend(revenue.build()))
          .isEqualTo(interactions.revenueTrend(revenue.build()));

      var latency = GetLatencyTrendRequest.newBuilder();
      window(latency::setDays, latency::setTimezone);
      assertThat(actual.getLatencyTrend(latency.build()))
          .isEqualTo(traces.latencyTrend(latency.build()));
    }

    private void traces() {
      var scores = GetScoreDistributionRequest.newBuilder();
      window(scores::setDays, scores::setTimezone);
      if (random.nextInt(4) > 0) {
        scores.setGroupBy(ScoreGrouping.forNumber(1 + random.nextInt(3)));
        maybe(
            0.4,
            () ->
                List.of("ch_", "off_", "cat_").get(scores.getGroupByValue() - 1)
                    + random.nextInt(4),
            scores::setFilterId);
      }
      assertThat(actual.getScoreDistribution(scores.build()))
          .isEqualTo(traces.scoreDistribution(scores.build()));

      var degraded = GetDegradedScoringRequest.newBuilder();
      window(degraded::setDays, degraded::setTimezone);
      assertThat(actual.getDegradedScoring(degraded.build()))
          .isEqualTo(traces.degradedScoring(degraded.build()));
    }

    private void selection() {
      var selection = GetSelectionFrequencyRequest.newBuilder();
      window(selection::setDays, selection::setTimezone);
      segment(selection::setSegmentId);
      maybe(0.3, () -> "ch_" + random.nextInt(4), selection::setChannelId);
      maybe(0.3, () -> "cat_" + random.nextInt(3), selection::setCategoryId);
      maybe(0.3, () -> "flow_" + random.nextInt(3), selection::setDecisionFlowId);
      for (boolean exact : new boolean[] {false, true}) {
        selection.setExact(exact);
        assertThat(actual.getSelectionFrequency(selection.build()))
            .isEqualTo(traces.selectionFrequency(selection.build()));
      }

      var why = GetWhyNotRankedRequest.newBuilder().setOfferId("off_" + random.nextInt(8));
      window(why::setDays, why::setTimezone);
      segment(why::setSegmentId);
      for (boolean exact : new boolean[] {false, true}) {
        why.setExact(exact);
        assertThat(actual.getWhyNotRanked(why.build())).isEqualTo(traces.whyNotRanked(why.build()));
      }
    }

    private void anomalies() {
      var request = GetAnomalyCandidatesRequest.newBuilder();
      window(request::setDays, request::setTimezone);
      if (random.nextBoolean()) {
        request.setBaselineDays(1 + random.nextInt(10));
      }
      assertThat(actual.getAnomalyCandidates(request.build()))
          .isEqualTo(anomalies.anomalies(request.build()));
    }

    private void window(Consumer<Integer> days, Consumer<String> timezone) {
      if (random.nextInt(3) > 0) {
        days.accept(1 + random.nextInt(12));
      }
      String zone = WorldGenerator.ZONES.get(random.nextInt(WorldGenerator.ZONES.size()));
      if (!zone.isEmpty()) {
        timezone.accept(zone);
      }
    }

    private void segment(Consumer<String> segmentId) {
      if (random.nextInt(5) == 0) {
        segmentId.accept(random.nextBoolean() ? "seg_vip" : UUID.randomUUID().toString());
      } else if (!world.segments.isEmpty() && random.nextInt(2) == 0) {
        segmentId.accept(world.segments.get(random.nextInt(world.segments.size())).id());
      }
    }

    private void maybe(
        double probability, java.util.function.Supplier<String> value, Consumer<String> parameter) {
      if (random.nextDouble() < probability) {
        parameter.accept(value.get());
      }
    }
  }
}
