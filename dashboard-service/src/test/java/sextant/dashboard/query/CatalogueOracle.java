package sextant.dashboard.query;

import static sextant.dashboard.query.Oracle.money;
import static sextant.dashboard.query.Oracle.most;
import static sextant.dashboard.query.Oracle.percent;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import sextant.dashboard.query.World.Act;
import sextant.dashboard.v1.AlgorithmModel;
import sextant.dashboard.v1.ApprovalStatus;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.AttributionSummaryRow;
import sextant.dashboard.v1.AucTrendRow;
import sextant.dashboard.v1.Budget;
import sextant.dashboard.v1.BudgetBurnRow;
import sextant.dashboard.v1.BudgetScope;
import sextant.dashboard.v1.EntryStatus;
import sextant.dashboard.v1.FeatureImportance;
import sextant.dashboard.v1.FunnelStage;
import sextant.dashboard.v1.GetAttributionSummaryResponse;
import sextant.dashboard.v1.GetBudgetBurnResponse;
import sextant.dashboard.v1.GetFunnelResponse;
import sextant.dashboard.v1.GetModelMetricsTrendRequest;
import sextant.dashboard.v1.GetModelMetricsTrendResponse;
import sextant.dashboard.v1.GetPolicyImpactResponse;
import sextant.dashboard.v1.GetSummaryResponse;
import sextant.dashboard.v1.ModelQuality;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.PolicyImpactRow;
import sextant.dashboard.v1.Suppression;

/// The types that look at the catalogue, by going through its lists.
final class CatalogueOracle {

  private static final EntryStatus ACTIVE = EntryStatus.ENTRY_STATUS_ACTIVE;

  private final Oracle oracle;
  private final World world;

  CatalogueOracle(World world) {
    this.world = world;
    this.oracle = new Oracle(world);
  }

  GetSummaryResponse summary() {
    return GetSummaryResponse.newBuilder()
        .setActiveOffers(world.offers.stream().filter(o -> o.getStatus() == ACTIVE).count())
        .setActiveChannels(world.channels.stream().filter(c -> c.getStatus() == ACTIVE).count())
        .setActiveExperiments(
            world.experiments.stream().filter(e -> e.getStatus() == ACTIVE).count())
        .setTotalJourneys(world.journeys)
        .setActiveTriggers(world.triggers.stream().filter(t -> t.getStatus() == ACTIVE).count())
        .setPendingApprovals(
            world.approvals.stream()
                .filter(a -> a.getStatus() == ApprovalStatus.APPROVAL_STATUS_PENDING)
                .count())
        .build();
  }

  GetFunnelResponse funnel() {
    Predicate<Offer> active = offer -> offer.getStatus() == ACTIVE;
    return GetFunnelResponse.newBuilder()
        .addStages(
            stage(
                "Total Offers",
                world.offers.stream()
                    .filter(o -> o.getStatus() != EntryStatus.ENTRY_STATUS_ARCHIVED)
                    .count()))
        .addStages(stage("Active Offers", world.offers.stream().filter(active).count()))
        .addStages(
            stage(
                "With Creatives",
                world.offers.stream()
                    .filter(active)
                    .filter(
                        offer ->
                            world.creatives.stream()
                                .anyMatch(
                                    creative ->
                                        creative.getStatus() == ACTIVE
                                            && creative.getOfferId().equals(offer.getId())))
                    .count()))
        .addStages(
            stage(
                "Creatives", world.creatives.stream().filter(c -> c.getStatus() == ACTIVE).count()))
        .build();
  }

  private static FunnelStage stage(String label, long count) {
    return FunnelStage.newBuilder().setLabel(label).setCount(count).build();
  }

  GetBudgetBurnResponse budgetBurn() {
    return GetBudgetBurnResponse.newBuilder()
        .addAllData(
            world.budgets.stream()
                .filter(b -> b.getScope() == BudgetScope.BUDGET_SCOPE_OFFER && b.hasMaxSpend())
                .sorted(
                    Comparator.comparing(this::burnRate, Comparator.reverseOrder())
                        .thenComparing(Budget::getScopeId)
                        .thenComparing(Budget::getId))
                .map(this::burn)
                .toList())
        .build();
  }

  private BigDecimal burnRate(Budget budget) {
    BigDecimal allocated = new BigDecimal(budget.getMaxSpend());
    return allocated.signum() == 0
        ? BigDecimal.ZERO
        : spent(budget).divide(allocated, 30, RoundingMode.HALF_UP);
  }

  private BigDecimal spent(Budget budget) {
    Predicate<LocalDate> inPeriod = oracle.inPeriod(budget);
    List<Act> acts =
        world.acts.stream()
            .filter(act -> budget.getScopeId().equals(act.offer()))
            .filter(act -> inPeriod.test(LocalDate.ofInstant(act.at(), ZoneOffset.UTC)))
            .toList();
    return Oracle.sum(acts, Act::cost);
  }

  private BudgetBurnRow burn(Budget budget) {
    BigDecimal allocated = new BigDecimal(budget.getMaxSpend());
    return BudgetBurnRow.newBuilder()
        .setOfferId(budget.getScopeId())
        .setAllocated(money(allocated))
        .setSpent(money(spent(budget)))
        .setRemaining(money(allocated.subtract(spent(budget))))
        .setBurnRate(percent(spent(budget), allocated))
        .build();
  }

  GetAttributionSummaryResponse attributionSummary() {
    List<AttributionSummaryRow> rows =
        world.attribution.stream()
            .map(AttributionResult::getModel)
            .distinct()
            .map(this::attribution)
            .sorted(
                Comparator.comparing(
                        (AttributionSummaryRow row) -> new BigDecimal(row.getTotalValue()),
                        Comparator.reverseOrder())
                    .thenComparing(AttributionSummaryRow::getModel))
            .toList();
    return GetAttributionSummaryResponse.newBuilder()
        .addAllData(rows)
        .setTotalConversions(world.attribution.size())
        .build();
  }

  private AttributionSummaryRow attribution(String model) {
    List<BigDecimal> values =
        world.attribution.stream()
            .filter(result -> result.getModel().equals(model))
            .map(result -> new BigDecimal(result.getTotalValue()))
            .toList();
    BigDecimal total = values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    return AttributionSummaryRow.newBuilder()
        .setModel(model)
        .setConversions(values.size())
        .setTotalValue(money(total))
        .setAvgValue(money(total.divide(new BigDecimal(values.size()), 6, RoundingMode.HALF_UP)))
        .build();
  }

  GetPolicyImpactResponse policyImpact() {
    List<Suppression> inForce =
        world.suppressions.stream()
            .filter(
                s ->
                    !s.hasExpiresAt()
                        || Instant.ofEpochSecond(
                                s.getExpiresAt().getSeconds(), s.getExpiresAt().getNanos())
                            .isAfter(world.now))
            .toList();
    return GetPolicyImpactResponse.newBuilder()
        .addAllData(
            inForce.stream()
                .map(Suppression::getPolicyType)
                .distinct()
                .map(
                    type ->
                        PolicyImpactRow.newBuilder()
                            .setPolicyType(type)
                            .setCount(
                                inForce.stream()
                                    .filter(s -> s.getPolicyType().equals(type))
                                    .count())
                            .build())
                .sorted(most(PolicyImpactRow::getCount, PolicyImpactRow::getPolicyType))
                .toList())
        .setTotalActive(inForce.size())
        .build();
  }

  GetModelMetricsTrendResponse modelMetricsTrend(GetModelMetricsTrendRequest request) {
    List<AlgorithmModel> active =
        world.models.stream().filter(model -> model.getStatus() == ACTIVE).toList();
    GetModelMetricsTrendResponse.Builder response =
        GetModelMetricsTrendResponse.newBuilder().setModelCount(active.size());
    Optional<AlgorithmModel> chosen =
        request.hasModelId()
            ? world.models.stream().filter(m -> m.getId().equals(request.getModelId())).findAny()
            : active.stream()
                .min(
                    Comparator.comparing(
                            (AlgorithmModel model) ->
                                model.hasLastTrainedAt()
                                    ? -model.getLastTrainedAt().getSeconds()
                                    : Long.MAX_VALUE)
                        .thenComparing(AlgorithmModel::getId));
    chosen.ifPresent(
        model -> {
          response.setModelName(model.getName());
          model.getMetricsHistoryList().stream()
              .sorted(Comparator.comparing(ModelQuality::getDate))
              .forEach(
                  quality ->
                      response.addAucTrend(
                          AucTrendRow.newBuilder()
                              .setName(Oracle.monthAndDay(LocalDate.parse(quality.getDate())))
                              .setAuc(quality.getAuc())));
          model.getFeatureImportanceList().stream()
              .sorted(
                  Comparator.comparing(FeatureImportance::getValue, Comparator.reverseOrder())
                      .thenComparing(FeatureImportance::getName))
              .forEach(response::addFeatureImportance);
        });
    return response.build();
  }
}
