package sextant.standalone.demo;

import io.grpc.Channel;
import io.grpc.stub.AbstractStub;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import sextant.dashboard.v1.AlgorithmModelsServiceGrpc;
import sextant.dashboard.v1.ApprovalsServiceGrpc;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.AttributionServiceGrpc;
import sextant.dashboard.v1.BudgetsServiceGrpc;
import sextant.dashboard.v1.CategoriesServiceGrpc;
import sextant.dashboard.v1.ChannelsServiceGrpc;
import sextant.dashboard.v1.CreativesServiceGrpc;
import sextant.dashboard.v1.DecisionTrace;
import sextant.dashboard.v1.DecisionTracesServiceGrpc;
import sextant.dashboard.v1.ExperimentsServiceGrpc;
import sextant.dashboard.v1.OffersServiceGrpc;
import sextant.dashboard.v1.RecordDecisionTracesRequest;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionsServiceGrpc;
import sextant.dashboard.v1.TriggersServiceGrpc;
import sextant.dashboard.v1.UpsertAlgorithmModelsRequest;
import sextant.dashboard.v1.UpsertApprovalsRequest;
import sextant.dashboard.v1.UpsertAttributionResultsRequest;
import sextant.dashboard.v1.UpsertBudgetsRequest;
import sextant.dashboard.v1.UpsertCategoriesRequest;
import sextant.dashboard.v1.UpsertChannelsRequest;
import sextant.dashboard.v1.UpsertCreativesRequest;
import sextant.dashboard.v1.UpsertExperimentsRequest;
import sextant.dashboard.v1.UpsertOffersRequest;
import sextant.dashboard.v1.UpsertSuppressionsRequest;
import sextant.dashboard.v1.UpsertTriggersRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.RecordInteractionsRequest;

/// Puts the demo's facts into a mesh, through its gRPC interfaces. What is there stays as it is, so
/// all of it may be repeated.
final class DemoLoad {

  static final int DAYS = 90;

  /// As many as one call takes.
  private static final int BATCH = 1_000;

  private final Mesh mesh;
  private final long seed;
  private final List<Customer> customers;
  private final Instant end;
  private final LocalDate today;
  private final List<DecisionTrace> pendingTraces = new ArrayList<>();
  private final List<InteractionInput> pendingInteractions = new ArrayList<>();
  private final List<Suppression> pendingSuppressions = new ArrayList<>();
  private final List<AttributionResult> pendingAttribution = new ArrayList<>();
  private long interactions;
  private long traces;
  private long known;

  /// The services of a mesh, called for the demo's tenant.
  interface Mesh {
    <S extends AbstractStub<S>> S stub(String service, Function<Channel, S> stub);
  }

  DemoLoad(Mesh mesh, long seed, List<Customer> customers, Instant end) {
    this.mesh = mesh;
    this.seed = seed;
    this.customers = customers;
    this.end = end;
    this.today = LocalDate.ofInstant(end, ZoneOffset.UTC);
  }

  private <S extends AbstractStub<S>> S dashboard(Function<Channel, S> stub) {
    return mesh.stub("dashboard", stub);
  }

  void catalogue() {
    dashboard(OffersServiceGrpc::newBlockingStub)
        .upsertOffers(
            UpsertOffersRequest.newBuilder().addAllOffers(DemoCatalogue.offers()).build());
    dashboard(CategoriesServiceGrpc::newBlockingStub)
        .upsertCategories(
            UpsertCategoriesRequest.newBuilder()
                .addAllCategories(DemoCatalogue.categories())
                .build());
    dashboard(ChannelsServiceGrpc::newBlockingStub)
        .upsertChannels(
            UpsertChannelsRequest.newBuilder().addAllChannels(DemoCatalogue.channels()).build());
    dashboard(CreativesServiceGrpc::newBlockingStub)
        .upsertCreatives(
            UpsertCreativesRequest.newBuilder().addAllCreatives(DemoCatalogue.creatives()).build());
    dashboard(ExperimentsServiceGrpc::newBlockingStub)
        .upsertExperiments(
            UpsertExperimentsRequest.newBuilder()
                .addAllExperiments(DemoCatalogue.experiments())
                .build());
    dashboard(TriggersServiceGrpc::newBlockingStub)
        .upsertTriggers(
            UpsertTriggersRequest.newBuilder().addAllTriggers(DemoCatalogue.triggers()).build());
    dashboard(ApprovalsServiceGrpc::newBlockingStub)
        .upsertApprovals(
            UpsertApprovalsRequest.newBuilder().addAllApprovals(DemoCatalogue.approvals()).build());
    dashboard(BudgetsServiceGrpc::newBlockingStub)
        .upsertBudgets(
            UpsertBudgetsRequest.newBuilder()
                .addAllBudgets(DemoCatalogue.budgets(customers.size()))
                .build());
    dashboard(AlgorithmModelsServiceGrpc::newBlockingStub)
        .upsertAlgorithmModels(
            UpsertAlgorithmModelsRequest.newBuilder()
                .addAllAlgorithmModels(DemoCatalogue.models(today))
                .build());
  }

  /// One day of decisions and what came of them; `day` counts from 1 to [#DAYS], which is today.
  /// Sent once there is enough for a call, or at the end.
  void day(int day) {
    DemoDay happened = DemoDay.of(seed, customers, today.minusDays((long) DAYS - day), today, end);
    boolean last = day == DAYS;
    send(pendingTraces, happened.traces, last, this::recordTraces);
    send(pendingInteractions, happened.interactions, last, this::recordInteractions);
    send(
        pendingSuppressions,
        happened.suppressions,
        last,
        batch ->
            dashboard(SuppressionsServiceGrpc::newBlockingStub)
                .upsertSuppressions(
                    UpsertSuppressionsRequest.newBuilder().addAllSuppressions(batch).build()));
    send(
        pendingAttribution,
        happened.attribution,
        last,
        batch ->
            dashboard(AttributionServiceGrpc::newBlockingStub)
                .upsertAttributionResults(
                    UpsertAttributionResultsRequest.newBuilder()
                        .addAllAttributionResults(batch)
                        .build()));
  }

  private static <T> void send(
      List<T> pending, List<T> more, boolean last, Consumer<List<T>> call) {
    pending.addAll(more);
    while (pending.size() >= BATCH || last && !pending.isEmpty()) {
      List<T> batch = pending.subList(0, Math.min(BATCH, pending.size()));
      call.accept(batch);
      batch.clear();
    }
  }

  private void recordTraces(List<DecisionTrace> batch) {
    var answer =
        dashboard(DecisionTracesServiceGrpc::newBlockingStub)
            .recordDecisionTraces(
                RecordDecisionTracesRequest.newBuilder().addAllTraces(batch).build());
    traces += answer.getRecorded();
    known += answer.getDuplicates();
  }

  private void recordInteractions(List<InteractionInput> batch) {
    var answer =
        mesh.stub("metrics", InteractionsServiceGrpc::newBlockingStub)
            .recordInteractions(RecordInteractionsRequest.newBuilder().addAllEvents(batch).build());
    interactions += answer.getAccepted() - answer.getDuplicates();
    known += answer.getDuplicates();
  }

  String summary() {
    return "%,d interactions and %,d decision traces recorded, %,d already there"
        .formatted(interactions, traces, known);
  }
}
