package sextant.standalone.intake;

import io.grpc.MethodDescriptor;
import java.util.List;
import sextant.dashboard.v1.AlgorithmModelsServiceGrpc;
import sextant.dashboard.v1.ApprovalsServiceGrpc;
import sextant.dashboard.v1.AttributionServiceGrpc;
import sextant.dashboard.v1.BudgetsServiceGrpc;
import sextant.dashboard.v1.CategoriesServiceGrpc;
import sextant.dashboard.v1.ChannelsServiceGrpc;
import sextant.dashboard.v1.CreativesServiceGrpc;
import sextant.dashboard.v1.DecisionTracesServiceGrpc;
import sextant.dashboard.v1.ExperimentsServiceGrpc;
import sextant.dashboard.v1.OffersServiceGrpc;
import sextant.dashboard.v1.SuppressionsServiceGrpc;
import sextant.dashboard.v1.TriggersServiceGrpc;

/// A kind of decision data that files can bring.
///
/// @param name what the command is called
/// @param words what the entries are, for the help
/// @param call the method that takes many of them: its request is one repeated field
record EntryKind(String name, String words, MethodDescriptor<?, ?> call) {

  static final List<EntryKind> ALL =
      List.of(
          new EntryKind(
              "traces",
              "decision traces",
              DecisionTracesServiceGrpc.getRecordDecisionTracesMethod()),
          new EntryKind("offers", "offers", OffersServiceGrpc.getUpsertOffersMethod()),
          new EntryKind("creatives", "creatives", CreativesServiceGrpc.getUpsertCreativesMethod()),
          new EntryKind("channels", "channels", ChannelsServiceGrpc.getUpsertChannelsMethod()),
          new EntryKind(
              "categories", "categories", CategoriesServiceGrpc.getUpsertCategoriesMethod()),
          new EntryKind(
              "experiments", "experiments", ExperimentsServiceGrpc.getUpsertExperimentsMethod()),
          new EntryKind("triggers", "triggers", TriggersServiceGrpc.getUpsertTriggersMethod()),
          new EntryKind("approvals", "approvals", ApprovalsServiceGrpc.getUpsertApprovalsMethod()),
          new EntryKind("budgets", "budgets", BudgetsServiceGrpc.getUpsertBudgetsMethod()),
          new EntryKind(
              "suppressions",
              "suppressions",
              SuppressionsServiceGrpc.getUpsertSuppressionsMethod()),
          new EntryKind(
              "attribution",
              "attribution results",
              AttributionServiceGrpc.getUpsertAttributionResultsMethod()),
          new EntryKind(
              "algorithm-models",
              "algorithm models",
              AlgorithmModelsServiceGrpc.getUpsertAlgorithmModelsMethod()));
}
