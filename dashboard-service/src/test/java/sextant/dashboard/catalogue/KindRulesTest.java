package sextant.dashboard.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Timestamp;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.access.v1.Role;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.v1.AlgorithmModel;
import sextant.dashboard.v1.AlgorithmModelsServiceGrpc;
import sextant.dashboard.v1.AttributionResult;
import sextant.dashboard.v1.AttributionServiceGrpc;
import sextant.dashboard.v1.Budget;
import sextant.dashboard.v1.BudgetPeriod;
import sextant.dashboard.v1.BudgetScope;
import sextant.dashboard.v1.BudgetsServiceGrpc;
import sextant.dashboard.v1.ModelQuality;
import sextant.dashboard.v1.Suppression;
import sextant.dashboard.v1.SuppressionScope;
import sextant.dashboard.v1.SuppressionsServiceGrpc;
import sextant.dashboard.v1.Touchpoint;
import sextant.dashboard.v1.UpsertAlgorithmModelsRequest;
import sextant.dashboard.v1.UpsertAttributionResultsRequest;
import sextant.dashboard.v1.UpsertBudgetsRequest;
import sextant.dashboard.v1.UpsertSuppressionsRequest;
import sextant.errors.v1.ErrorReason;
import sextant.kit.testing.RpcAssertions.Refusal;

/// The rules of single kinds beyond those that the contract states.
final class KindRulesTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private String tenant;

  @BeforeEach
  void newTenant() {
    tenant = dashboard.newTenant();
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
