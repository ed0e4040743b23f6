package sextant.dashboard.catalogue;

import static sextant.dashboard.jooq.dashboard.Tables.ALGORITHM_MODEL;
import static sextant.dashboard.jooq.dashboard.Tables.APPROVAL;
import static sextant.dashboard.jooq.dashboard.Tables.ATTRIBUTION_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.ATTRIBUTION_RESULT;
import static sextant.dashboard.jooq.dashboard.Tables.ATTRIBUTION_TOTAL;
import static sextant.dashboard.jooq.dashboard.Tables.BUDGET;
import static sextant.dashboard.jooq.dashboard.Tables.CATEGORY;
import static sextant.dashboard.jooq.dashboard.Tables.CHANNEL;
import static sextant.dashboard.jooq.dashboard.Tables.CREATIVE;
import static sextant.dashboard.jooq.dashboard.Tables.EXPERIMENT;
import static sextant.dashboard.jooq.dashboard.Tables.OFFER;
import static sextant.dashboard.jooq.dashboard.Tables.SUPPRESSION;
import static sextant.dashboard.jooq.dashboard.Tables.SUPPRESSION_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.SUPPRESSION_TOTAL;
import static sextant.dashboard.jooq.dashboard.Tables.TRIGGER;

import io.grpc.BindableService;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sextant.dashboard.v1.AlgorithmModel;
import sextant.dashboard.v1.AlgorithmModelsServiceGrpc;
import sextant.dashboard.v1.Approval;
import sextant.dashboard.v1.ApprovalStatus;
import sextant.dashboard.v1.ApprovalsServiceGrpc;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.AttributionServiceGrpc;
import sextant.dashboard.v1.Budget;
import sextant.dashboard.v1.BudgetPeriod;
import sextant.dashboard.v1.BudgetScope;
import sextant.dashboard.v1.BudgetsServiceGrpc;
import sextant.dashboard.v1.CategoriesServiceGrpc;
import sextant.dashboard.v1.Category;
import sextant.dashboard.v1.Channel;
import sextant.dashboard.v1.ChannelsServiceGrpc;
import sextant.dashboard.v1.Creative;
import sextant.dashboard.v1.CreativesServiceGrpc;
import sextant.dashboard.v1.EntryStatus;
import sextant.dashboard.v1.Experiment;
import sextant.dashboard.v1.ExperimentsServiceGrpc;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.OffersServiceGrpc;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionScope;
import sextant.dashboard.v1.SuppressionsServiceGrpc;
import sextant.dashboard.v1.Trigger;
import sextant.dashboard.v1.TriggersServiceGrpc;
import sextant.dashboard.value.Decimals;
import sextant.kit.db.Database;
import sextant.kit.rpc.Timestamps;

/// The kinds of catalogue entries.
public final class Kinds {

  private static final EntryStatus ACTIVE = EntryStatus.ENTRY_STATUS_ACTIVE;

  static final Kind<Offer> OFFERS =
      new Kind<>(
          OffersServiceGrpc.getServiceDescriptor(),
          OFFER,
          now -> Offer.newBuilder().setStatus(ACTIVE).setPriority(50).build(),
          (offer, faults) -> {});

  static final Kind<Category> CATEGORIES =
      new Kind<>(
          CategoriesServiceGrpc.getServiceDescriptor(),
          CATEGORY,
          now -> Category.getDefaultInstance(),
          (category, faults) -> {});

  static final Kind<Channel> CHANNELS =
      new Kind<>(
          ChannelsServiceGrpc.getServiceDescriptor(),
          CHANNEL,
          now -> Channel.newBuilder().setStatus(ACTIVE).build(),
          (channel, faults) -> {});

  static final Kind<Creative> CREATIVES =
      new Kind<>(
          CreativesServiceGrpc.getServiceDescriptor(),
          CREATIVE,
          now -> Creative.newBuilder().setStatus(ACTIVE).build(),
          (creative, faults) -> {});

  static final Kind<Experiment> EXPERIMENTS =
      new Kind<>(
          ExperimentsServiceGrpc.getServiceDescriptor(),
          EXPERIMENT,
          now -> Experiment.newBuilder().setStatus(ACTIVE).build(),
          (experiment, faults) -> {});

  static final Kind<Trigger> TRIGGERS =
      new Kind<>(
          TriggersServiceGrpc.getServiceDescriptor(),
          TRIGGER,
          now -> Trigger.newBuilder().setStatus(ACTIVE).build(),
          (trigger, faults) -> {});

  static final Kind<Approval> APPROVALS =
      new Kind<>(
          ApprovalsServiceGrpc.getServiceDescriptor(),
          APPROVAL,
          now -> Approval.newBuilder().setStatus(ApprovalStatus.APPROVAL_STATUS_PENDING).build(),
          (approval, faults) -> {});

  static final Kind<Budget> BUDGETS =
      new Kind<>(
          BudgetsServiceGrpc.getServiceDescriptor(),
          BUDGET,
          now -> Budget.newBuilder().setPeriodType(BudgetPeriod.BUDGET_PERIOD_ALLTIME).build(),
          Kinds::check);

  static final Kind<Suppression> SUPPRESSIONS =
      new Kind<>(
          SuppressionsServiceGrpc.getServiceDescriptor(),
          SUPPRESSION,
          now -> Suppression.getDefaultInstance(),
          Kinds::check,
          Optional.of(new Totals(SUPPRESSION_TOTAL, SUPPRESSION_FACT)));

  static final Kind<AttributionResult> ATTRIBUTION =
      new Kind<>(
          AttributionServiceGrpc.getServiceDescriptor(),
          ATTRIBUTION_RESULT,
          now -> AttributionResult.newBuilder().setCreatedAt(Timestamps.of(now)).build(),
          Kinds::check,
          Optional.of(new Totals(ATTRIBUTION_TOTAL, ATTRIBUTION_FACT)));

  static final Kind<AlgorithmModel> ALGORITHM_MODELS =
      new Kind<>(
          AlgorithmModelsServiceGrpc.getServiceDescriptor(),
          ALGORITHM_MODEL,
          now -> AlgorithmModel.newBuilder().setStatus(ACTIVE).build(),
          Kinds::check);

  private Kinds() {}

  /// The gRPC services of all kinds.
  public static List<BindableService> services(Database database, InstantSource time) {
    return Stream.of(
            OFFERS,
            CATEGORIES,
            CHANNELS,
            CREATIVES,
            EXPERIMENTS,
            TRIGGERS,
            APPROVALS,
            BUDGETS,
            SUPPRESSIONS,
            ATTRIBUTION,
            ALGORITHM_MODELS)
        .<BindableService>map(kind -> new EntriesService<>(kind, database, time))
        .toList();
  }

  private static void check(Budget budget, Faults faults) {
    if (budget.getScope() != BudgetScope.BUDGET_SCOPE_GLOBAL && !budget.hasScopeId()) {
      faults.add("scope_id", "is required unless the scope is global");
    }
    if (budget.hasPeriodKey()
        && BudgetPeriods.days(budget.getPeriodType(), budget.getPeriodKey()).isEmpty()) {
      faults.add(
          "period_key",
          "must be like 2026-03-24 (daily), 2026-W13 (weekly), 2026-03 (monthly), 2026-Q1"
              + " (quarterly) or alltime");
    }
    if (budget.hasMaxSpend()
        && Decimals.parse(budget.getMaxSpend()).orElse(BigDecimal.ZERO).signum() < 0) {
      faults.add("max_spend", "must not be negative");
    }
  }

  private static void check(Suppression suppression, Faults faults) {
    if (suppression.getScope() != SuppressionScope.SUPPRESSION_SCOPE_GLOBAL
        && !suppression.hasScopeId()) {
      faults.add("scope_id", "is required unless the scope is global");
    }
  }

  private static void check(AttributionResult result, Faults faults) {
    for (int index = 0; index < result.getTouchpointsCount(); index++) {
      if (result.getTouchpoints(index).hasValue()
          && Decimals.parse(result.getTouchpoints(index).getValue()).isEmpty()) {
        faults.add("touchpoints[" + index + "].value", Decimals.RULE);
      }
    }
  }

  private static void check(AlgorithmModel model, Faults faults) {
    for (int index = 0; index < model.getMetricsHistoryCount(); index++) {
      try {
        LocalDate.parse(model.getMetricsHistory(index).getDate());
      } catch (DateTimeException malformed) {
        faults.add("metrics_history[" + index + "].date", "must be a date such as 2026-03-15");
      }
    }
  }
}
