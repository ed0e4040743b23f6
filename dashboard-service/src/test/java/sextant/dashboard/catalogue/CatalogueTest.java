package sextant.dashboard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
import sextant.dashboard.v1.DeleteEntryRequest;
import sextant.dashboard.v1.EntryStatus;
import sextant.dashboard.v1.Experiment;
import sextant.dashboard.v1.ExperimentsServiceGrpc;
import sextant.dashboard.v1.FeatureImportance;
import sextant.dashboard.v1.ListEntriesRequest;
import sextant.dashboard.v1.ListOffersResponse;
import sextant.dashboard.v1.ModelQuality;
import sextant.dashboard.v1.Offer;
import sextant.dashboard.v1.OffersServiceGrpc;
import sextant.dashboard.v1.OffersServiceGrpc.OffersServiceBlockingStub;
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
import sextant.dashboard.v1.UpsertOffersRequest;
import sextant.dashboard.v1.UpsertSuppressionsRequest;
import sextant.dashboard.v1.UpsertTriggersRequest;
import sextant.errors.v1.ErrorReason;
import sextant.kit.testing.RpcAssertions.Refusal;

final class CatalogueTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private static final EntryStatus ACTIVE = EntryStatus.ENTRY_STATUS_ACTIVE;
  private static final ListEntriesRequest FIRST_PAGE = ListEntriesRequest.getDefaultInstance();

  private String tenant;

  @BeforeEach
  void newTenant() {
    tenant = dashboard.newTenant();
  }

  private OffersServiceBlockingStub offers(Role role) {
    return dashboard.as(OffersServiceGrpc::newBlockingStub, tenant, role);
  }

  private List<Offer> upsert(Offer... offers) {
    return offers(Role.ROLE_EDITOR)
        .upsertOffers(UpsertOffersRequest.newBuilder().addAllOffers(List.of(offers)).build())
        .getDataList();
  }

  private static Offer offer(String id) {
    return Offer.newBuilder().setId(id).setName("Offer " + id).build();
  }

  private static DeleteEntryRequest entry(String id) {
    return DeleteEntryRequest.newBuilder().setId(id).build();
  }

  @Test
  void anOfferGetsItsDefaults() {
    Offer stored = upsert(Offer.newBuilder().setName("Gold").build()).getFirst();

    assertThat(stored.getId()).hasSize(36);
    assertThat(stored)
        .isEqualTo(
            Offer.newBuilder()
                .setId(stored.getId())
                .setName("Gold")
                .setStatus(ACTIVE)
                .setPriority(50)
                .build());
    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList())
        .containsExactly(stored);
  }

  @Test
  void anUpsertReplacesTheWholeEntry() {
    upsert(
        offer("o1").toBuilder()
            .setCategoryId("cards")
            .setPriority(90)
            .setBudget("{\"maxPerDay\": 1000.50, \"a\": [1]}")
            .setDescription("long")
            .build());

    upsert(offer("o1"));

    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList())
        .containsExactly(offer("o1").toBuilder().setStatus(ACTIVE).setPriority(50).build());
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
  void pagesTogetherAreTheWholeList() {
    List<Offer> all = new ArrayList<>();
    for (int number = 0; number < 45; number++) {
      all.add(offer("o%02d".formatted(number)));
    }
    upsert(all.reversed().toArray(Offer[]::new));

    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      ListOffersResponse page =
          offers(Role.ROLE_VIEWER)
              .listOffers(ListEntriesRequest.newBuilder().setCursor(cursor).build());
      page.getDataList().forEach(offer -> seen.add(offer.getId()));
      assertThat(page.getPagination().getTotal()).isEqualTo(45);
      assertThat(page.getPagination().getLimit()).isEqualTo(20);
      assertThat(page.getPagination().hasCursor()).isEqualTo(page.getPagination().getHasMore());
      cursor = page.getPagination().getCursor();
    } while (!cursor.isEmpty());

    assertThat(seen).containsExactlyElementsOf(all.stream().map(Offer::getId).toList());
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

  @Test
  void aDeletedEntryIsGone() {
    upsert(offer("o1"), offer("o2"));

    offers(Role.ROLE_ADMIN).deleteOffer(entry("o1"));

    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList())
        .extracting(Offer::getId)
        .containsExactly("o2");
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND, () -> offers(Role.ROLE_ADMIN).deleteOffer(entry("o1")));
  }

  @Test
  void tenantsDoNotSeeEachOther() {
    upsert(offer("o1"));
    String stranger = dashboard.newTenant();
    var theirs = dashboard.as(OffersServiceGrpc::newBlockingStub, stranger, Role.ROLE_ADMIN);

    assertThat(theirs.listOffers(FIRST_PAGE).getDataList()).isEmpty();
    assertRefused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> theirs.deleteOffer(entry("o1")));

    theirs.upsertOffers(UpsertOffersRequest.newBuilder().addOffers(offer("o1")).build());
    theirs.deleteOffer(entry("o1"));
    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList()).hasSize(1);
  }

  @Test
  void viewersReadEditorsWriteAdminsDelete() {
    var write = UpsertOffersRequest.newBuilder().addOffers(offer("o1")).build();
    offers(Role.ROLE_EDITOR).upsertOffers(write);

    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW, () -> offers(Role.ROLE_VIEWER).upsertOffers(write));
    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW,
        () -> offers(Role.ROLE_EDITOR).deleteOffer(entry("o1")));
  }

  @Test
  void allFaultsOfACallAreNamedAndNothingIsWritten() {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> upsert(offer("a"), offer("a"), offer("b").toBuilder().setBudget("[]").build()));

    assertThat(refusal.fields())
        .containsExactly(
            "offers[1].id: must not come twice in one call",
            "offers[2].budget: must be a JSON object");
    assertThat(offers(Role.ROLE_VIEWER).listOffers(FIRST_PAGE).getDataList()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'must be a JSON object'",
    "'{} {}', 'must be one JSON object and nothing after it'",
    "'{\"a\":1,\"a\":2}', 'must be a JSON object; Duplicate'",
    "'{\"a\":', 'must be a JSON object; Unexpected end'",
    "'{\"a\":NaN}', 'must be a JSON object; '",
  })
  void freeFormFieldsMustBeJsonObjects(String budget, String fault) {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> upsert(offer("a").toBuilder().setBudget(budget).build()));
    assertThat(refusal.fields().getFirst()).startsWith("offers[0].budget: " + fault);
  }

  @ParameterizedTest
  @CsvSource({
    "DAILY, 2026-03-24, true",
    "DAILY, 2026-02-30, false",
    "DAILY, 2026-03, false",
    "WEEKLY, 2026-W13, true",
    "WEEKLY, 2026-W54, false",
    "MONTHLY, 2026-03, true",
    "MONTHLY, 2026-13, false",
    "QUARTERLY, 2026-Q4, true",
    "QUARTERLY, 2026-Q5, false",
    "ALLTIME, alltime, true",
    "ALLTIME, 2026, false",
  })
  void periodKeysFitTheirPeriod(String period, String key, boolean valid) {
    var budgets = dashboard.as(BudgetsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var request =
        UpsertBudgetsRequest.newBuilder()
            .addBudgets(
                Budget.newBuilder()
                    .setScope(BudgetScope.BUDGET_SCOPE_GLOBAL)
                    .setPeriodType(BudgetPeriod.valueOf("BUDGET_PERIOD_" + period))
                    .setPeriodKey(key))
            .build();
    if (valid) {
      assertThat(budgets.upsertBudgets(request).getData(0).getPeriodKey()).isEqualTo(key);
    } else {
      Refusal refusal =
          assertRefused(
              ErrorReason.ERROR_REASON_INVALID_ARGUMENT, () -> budgets.upsertBudgets(request));
      assertThat(refusal.fields().getFirst()).startsWith("budgets[0].period_key: must be like");
    }
  }

  @Test
  void rulesBeyondTheContractAreChecked() {
    var budgets = dashboard.as(BudgetsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var suppressions =
        dashboard.as(SuppressionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var attribution =
        dashboard.as(AttributionServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var models =
        dashboard.as(AlgorithmModelsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        budgets.upsertBudgets(
                            UpsertBudgetsRequest.newBuilder()
                                .addBudgets(
                                    Budget.newBuilder()
                                        .setScope(BudgetScope.BUDGET_SCOPE_OFFER)
                                        .setMaxSpend("-1"))
                                .addBudgets(
                                    Budget.newBuilder()
                                        .setScope(BudgetScope.BUDGET_SCOPE_GLOBAL)
                                        .setMaxSpend("1.1234567"))
                                .build()))
                .fields())
        .containsExactly(
            "budgets[0].scope_id: is required unless the scope is global",
            "budgets[0].max_spend: must not be negative",
            "budgets[1].max_spend: must be a decimal number with up to 18 digits before and 6 after"
                + " the point");
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        suppressions.upsertSuppressions(
                            UpsertSuppressionsRequest.newBuilder()
                                .addSuppressions(
                                    Suppression.newBuilder()
                                        .setCustomerId("c")
                                        .setScope(SuppressionScope.SUPPRESSION_SCOPE_OFFER)
                                        .setPolicyType("p")
                                        .setExpiresAt(Timestamp.newBuilder().setSeconds(-1L << 60)))
                                .build()))
                .fields())
        .containsExactly(
            "suppressions[0].expires_at: must be a time from the year 1900 to the year 9999",
            "suppressions[0].scope_id: is required unless the scope is global");
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        attribution.upsertAttributionResults(
                            UpsertAttributionResultsRequest.newBuilder()
                                .addAttributionResults(
                                    AttributionResult.newBuilder()
                                        .setCustomerId("c")
                                        .setConversionId("v")
                                        .setModel("m")
                                        .setTotalValue("much")
                                        .addTouchpoints(Touchpoint.newBuilder().setValue("1e99")))
                                .build()))
                .fields())
        .extracting(fault -> fault.substring(0, fault.indexOf(':')))
        .containsExactly(
            "attribution_results[0].total_value", "attribution_results[0].touchpoints[0].value");
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () ->
                        models.upsertAlgorithmModels(
                            UpsertAlgorithmModelsRequest.newBuilder()
                                .addAlgorithmModels(
                                    AlgorithmModel.newBuilder()
                                        .setName("m")
                                        .addMetricsHistory(
                                            ModelQuality.newBuilder()
                                                .setDate("yesterday")
                                                .setAuc(0.5)))
                                .build()))
                .fields())
        .containsExactly(
            "algorithm_models[0].metrics_history[0].date: must be a date such as 2026-03-15");
  }
}
