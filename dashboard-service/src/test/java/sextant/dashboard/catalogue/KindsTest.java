package sextant.dashboard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
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
import sextant.dashboard.v1.FeatureImportance;
import sextant.dashboard.v1.ListEntriesRequest;
import sextant.dashboard.v1.ModelQuality;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionScope;
import sextant.dashboard.v1.SuppressionsServiceGrpc;
import sextant.dashboard.v1.Touchpoint;
import sextant.dashboard.v1.Trigger;
import sextant.dashboard.v1.TriggersServiceGrpc;
import sextant.dashboard.v1.UpsertAlgorithmModelsRequest;
import sextant.dashboard.v1.UpsertApprovalsRequest;
import sextant.dashboard.v1.UpsertAttributionResultsRequest;
import sextant.dashboard.v1.UpsertBudgetsRequest;
import sextant.dashboard.v1.UpsertCategoriesRequest;
import sextant.dashboard.v1.UpsertChannelsRequest;
import sextant.dashboard.v1.UpsertCreativesRequest;
import sextant.dashboard.v1.UpsertExperimentsRequest;
import sextant.dashboard.v1.UpsertSuppressionsRequest;
import sextant.dashboard.v1.UpsertTriggersRequest;

/// That each kind of entry keeps what it was given.
final class KindsTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private static final EntryStatus ACTIVE = EntryStatus.ENTRY_STATUS_ACTIVE;
  private static final ListEntriesRequest FIRST_PAGE = ListEntriesRequest.getDefaultInstance();

  private String tenant;

  @BeforeEach
  void newTenant() {
    tenant = dashboard.newTenant();
  }

  @Test
  void everyKindKeepsWhatItWasGiven() {
    Timestamp instant = Timestamps.fromMillis(1_700_000_000_123L);
    Category category = Category.newBuilder().setId("k").setName("Cards").build();
    Channel channel =
        Channel.newBuilder()
            .setId("c")
            .setName("Email")
            .setStatus(EntryStatus.ENTRY_STATUS_PAUSED)
            .build();
    Creative creative =
        Creative.newBuilder()
            .setId("r")
            .setOfferId("o")
            .setChannelId("c")
            .setName("Banner")
            .setStatus(EntryStatus.ENTRY_STATUS_DRAFT)
            .build();
    Experiment experiment =
        Experiment.newBuilder()
            .setId("e")
            .setName("A or B")
            .setStatus(EntryStatus.ENTRY_STATUS_ARCHIVED)
            .build();
    Trigger trigger =
        Trigger.newBuilder()
            .setId("t")
            .setName("Cart")
            .setEventType("cart_abandon")
            .setStatus(ACTIVE)
            .build();
    Approval approval =
        Approval.newBuilder()
            .setId("a")
            .setEntityType("offer")
            .setEntityId("o")
            .setStatus(ApprovalStatus.APPROVAL_STATUS_REJECTED)
            .build();
    Budget budget =
        Budget.newBuilder()
            .setId("b")
            .setName("March")
            .setScope(BudgetScope.BUDGET_SCOPE_OFFER)
            .setScopeId("o")
            .setPeriodType(BudgetPeriod.BUDGET_PERIOD_MONTHLY)
            .setPeriodKey("2026-03")
            .setMaxSpend("999999999999999999.123456")
            .setMaxImpressions(Long.MAX_VALUE)
            .setMaxConversions(0)
            .build();
    Suppression suppression =
        Suppression.newBuilder()
            .setId("s")
            .setCustomerId("cust")
            .setScope(SuppressionScope.SUPPRESSION_SCOPE_CATEGORY)
            .setScopeId("k")
            .setPolicyType("cooldown")
            .setReason("asked")
            .setExpiresAt(instant)
            .build();
    AttributionResult result =
        AttributionResult.newBuilder()
            .setId("x")
            .setCustomerId("cust")
            .setConversionId("conv")
            .setModel("linear")
            .setTotalValue("0.1")
            .addTouchpoints(
                Touchpoint.newBuilder()
                    .setOfferId("o")
                    .setChannelId("c")
                    .setCredit(0.30000000000000004)
                    .setValue("0.03"))
            .addTouchpoints(Touchpoint.getDefaultInstance())
            .setCreatedAt(instant)
            .build();
    AlgorithmModel model =
        AlgorithmModel.newBuilder()
            .setId("m")
            .setKey("propensity")
            .setName("Propensity")
            .setModelType("logistic")
            .setStatus(ACTIVE)
            .setMetrics("{ \"auc\": 0.84 , \"big\": 12345678901234567890 }")
            .addMetricsHistory(ModelQuality.newBuilder().setDate("2026-03-15").setAuc(0.82))
            .addFeatureImportance(FeatureImportance.newBuilder().setName("age").setValue(-0.5))
            .setLastTrainedAt(instant)
            .build();

    var categories = dashboard.as(CategoriesServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var channels = dashboard.as(ChannelsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var creatives = dashboard.as(CreativesServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var experiments =
        dashboard.as(ExperimentsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var triggers = dashboard.as(TriggersServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var approvals = dashboard.as(ApprovalsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var budgets = dashboard.as(BudgetsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var suppressions =
        dashboard.as(SuppressionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var attribution =
        dashboard.as(AttributionServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var models =
        dashboard.as(AlgorithmModelsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    categories.upsertCategories(
        UpsertCategoriesRequest.newBuilder().addCategories(category).build());
    channels.upsertChannels(UpsertChannelsRequest.newBuilder().addChannels(channel).build());
    creatives.upsertCreatives(UpsertCreativesRequest.newBuilder().addCreatives(creative).build());
    experiments.upsertExperiments(
        UpsertExperimentsRequest.newBuilder().addExperiments(experiment).build());
    triggers.upsertTriggers(UpsertTriggersRequest.newBuilder().addTriggers(trigger).build());
    approvals.upsertApprovals(UpsertApprovalsRequest.newBuilder().addApprovals(approval).build());
    budgets.upsertBudgets(UpsertBudgetsRequest.newBuilder().addBudgets(budget).build());
    suppressions.upsertSuppressions(
        UpsertSuppressionsRequest.newBuilder().addSuppressions(suppression).build());
    attribution.upsertAttributionResults(
        UpsertAttributionResultsRequest.newBuilder().addAttributionResults(result).build());
    models.upsertAlgorithmModels(
        UpsertAlgorithmModelsRequest.newBuilder().addAlgorithmModels(model).build());

    assertThat(categories.listCategories(FIRST_PAGE).getDataList()).containsExactly(category);
    assertThat(channels.listChannels(FIRST_PAGE).getDataList()).containsExactly(channel);
    assertThat(creatives.listCreatives(FIRST_PAGE).getDataList()).containsExactly(creative);
    assertThat(experiments.listExperiments(FIRST_PAGE).getDataList()).containsExactly(experiment);
    assertThat(triggers.listTriggers(FIRST_PAGE).getDataList()).containsExactly(trigger);
    assertThat(approvals.listApprovals(FIRST_PAGE).getDataList()).containsExactly(approval);
    assertThat(budgets.listBudgets(FIRST_PAGE).getDataList()).containsExactly(budget);
    assertThat(suppressions.listSuppressions(FIRST_PAGE).getDataList())
        .containsExactly(suppression);
    assertThat(attribution.listAttributionResults(FIRST_PAGE).getDataList())
        .containsExactly(result);
    assertThat(models.listAlgorithmModels(FIRST_PAGE).getDataList()).containsExactly(model);
  }

  @Test
  void aSuppressionMayMoveToAnotherCustomer() {
    var suppressions =
        dashboard.as(SuppressionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    Suppression first =
        Suppression.newBuilder()
            .setId("s")
            .setCustomerId("anna")
            .setScope(SuppressionScope.SUPPRESSION_SCOPE_GLOBAL)
            .setPolicyType("opt_out")
            .build();
    suppressions.upsertSuppressions(
        UpsertSuppressionsRequest.newBuilder().addSuppressions(first).build());

    Suppression moved = first.toBuilder().setCustomerId("bert").build();
    suppressions.upsertSuppressions(
        UpsertSuppressionsRequest.newBuilder().addSuppressions(moved).build());

    assertThat(suppressions.listSuppressions(FIRST_PAGE).getDataList()).containsExactly(moved);
  }
}
