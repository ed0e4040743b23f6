package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.Classification;
import sextant.metrics.v1.DeleteOutcomeTypeRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.ListInteractionsRequest;
import sextant.metrics.v1.ListOutcomeTypesRequest;
import sextant.metrics.v1.OutcomeType;
import sextant.metrics.v1.OutcomeTypesServiceGrpc;
import sextant.metrics.v1.OutcomeTypesServiceGrpc.OutcomeTypesServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RecordResponseRequest;
import sextant.metrics.v1.RecordResponseResponse;
import sextant.metrics.v1.UpsertOutcomeTypeRequest;

/// What one tenant owns, another neither sees nor touches: not through the service, and not through
/// a statement that forgets the tenant.
class TenantIsolationTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  private static final String MINE = "mine";
  private static final String THEIRS = "theirs";
  private static RecordResponseResponse first;

  private static InteractionsServiceBlockingStub interactions(String tenant) {
    return metrics.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_ADMIN);
  }

  private static OutcomeTypesServiceBlockingStub types(String tenant) {
    return metrics.as(OutcomeTypesServiceGrpc::newBlockingStub, tenant, Role.ROLE_ADMIN);
  }

  private static RecordResponseRequest response() {
    return RecordResponseRequest.newBuilder()
        .setCustomerId("CUST001")
        .setOutcome("visit")
        .setIdempotencyKey("key")
        .build();
  }

  private static InteractionInput input() {
    return InteractionInput.newBuilder()
        .setCustomerId("CUST001")
        .setEventType("visit")
        .setIdempotencyKey("key")
        .build();
  }

  @BeforeAll
  static void mine() {
    types(MINE)
        .upsertOutcomeType(
            UpsertOutcomeTypeRequest.newBuilder()
                .setKey("visit")
                .setClassification(Classification.CLASSIFICATION_POSITIVE)
                .build());
    first = interactions(MINE).recordResponse(response());
  }

  @Test
  void theSameCustomerAndKeyOfAnotherTenantAreAnotherInteraction() {
    String tenant = metrics.newTenant();
    RecordResponseResponse answer = interactions(tenant).recordResponse(response());
    assertThat(answer.getDuplicate()).isFalse();
    assertThat(answer.getInteractionId()).isNotEqualTo(first.getInteractionId());
    assertThat(answer.getClassification()).isEqualTo(Classification.CLASSIFICATION_NEUTRAL);
    assertThat(
            interactions(tenant)
                .recordInteractions(
                    RecordInteractionsRequest.newBuilder().addEvents(input()).build())
                .getResults(0)
                .getInteractionId())
        .isEqualTo(answer.getInteractionId());
    assertThat(interactions(MINE).recordResponse(response()).getInteractionId())
        .isEqualTo(first.getInteractionId());
  }

  @Test
  void anotherTenantsInteractionsAreNotListed() {
    ListInteractionsRequest request =
        ListInteractionsRequest.newBuilder().setCustomerId("CUST001").build();
    assertThat(interactions(THEIRS).listInteractions(request).getPagination().getTotal()).isZero();
    assertThat(
            interactions(THEIRS)
                .listInteractions(ListInteractionsRequest.getDefaultInstance())
                .getPagination()
                .getTotal())
        .isZero();
    assertThat(interactions(MINE).listInteractions(request).getPagination().getTotal()).isOne();
  }

  @Test
  void anotherTenantsTypesAreNeitherListedNorDeleted() {
    assertThat(
            types(THEIRS)
                .listOutcomeTypes(ListOutcomeTypesRequest.getDefaultInstance())
                .getDataList())
        .allMatch(OutcomeType::getSystem);
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () ->
            types(THEIRS)
                .deleteOutcomeType(DeleteOutcomeTypeRequest.newBuilder().setKey("visit").build()));
    assertThat(
            types(MINE)
                .listOutcomeTypes(ListOutcomeTypesRequest.getDefaultInstance())
                .getDataList())
        .anyMatch(type -> type.getKey().equals("visit"));
  }

  /// Rows that `role` sees through a statement without any condition, in a transaction that set
  /// `tenant`, or none.
  private static long seen(String role, String tenant, String relation) throws SQLException {
    return execute(role, tenant, "select count(*) from " + relation);
  }

  private static long execute(String role, String tenant, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(metrics.database().url(), role, "");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      if (tenant != null) {
        statement.execute("set local sextant.tenant = '" + tenant + "'");
      }
      if (!statement.execute(sql)) {
        return statement.getUpdateCount();
      }
      try (ResultSet rows = statement.getResultSet()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "metrics.interaction",
        "metrics.interaction_daily",
        "metrics.interaction_daily_by_offer",
        "metrics.interaction_daily_by_channel",
        "metrics.outcome_type",
        "metrics.interaction_v1",
        "metrics.interaction_daily_v1",
        "metrics.interaction_daily_by_offer_v1",
        "metrics.interaction_daily_by_channel_v1"
      })
  void aStatementThatForgetsTheTenantSeesItsOwnTenantOnly(String relation) throws Exception {
    assertThat(seen("sextant_metrics", MINE, relation)).isOne();
    assertThat(seen("sextant_metrics", THEIRS, relation)).isZero();
    assertThat(seen("sextant_metrics", null, relation)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "interaction",
        "interaction_daily",
        "interaction_daily_by_offer",
        "interaction_daily_by_channel",
        "outcome_type"
      })
  void aStatementThatForgetsTheTenantChangesNothingOfAnother(String table) throws Exception {
    assertThat(execute("sextant_metrics", THEIRS, "delete from metrics." + table)).isZero();
    assertThat(
            execute(
                "sextant_metrics", THEIRS, "update metrics." + table + " set tenant_id = 'theirs'"))
        .isZero();
    assertThatThrownBy(
            () ->
                execute(
                    "sextant_metrics",
                    MINE,
                    "update metrics." + table + " set tenant_id = 'theirs'"))
        .hasMessageContaining("row-level security");
  }

  @ParameterizedTest
  @CsvSource({
    "sextant_segments, metrics.interaction_v1",
    "sextant_journeys, metrics.interaction_v1",
    "sextant_dashboard, metrics.interaction_v1",
    "sextant_dashboard, metrics.interaction_daily_v1",
    "sextant_dashboard, metrics.interaction_daily_by_offer_v1",
    "sextant_dashboard, metrics.interaction_daily_by_channel_v1"
  })
  void otherServicesReadThePublishedViewsOfTheirTenantAndNoTable(String role, String view)
      throws Exception {
    assertThat(seen(role, MINE, view)).isOne();
    assertThat(seen(role, THEIRS, view)).isZero();
    assertThat(seen(role, null, view)).isZero();
    for (String table :
        List.of(
            "interaction",
            "interaction_daily",
            "interaction_daily_by_offer",
            "interaction_daily_by_channel",
            "outcome_type")) {
      assertThatThrownBy(() -> seen(role, MINE, "metrics." + table))
          .hasMessageContaining("permission denied");
    }
  }
}
