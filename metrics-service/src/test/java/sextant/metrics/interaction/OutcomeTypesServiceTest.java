package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.Classification;
import sextant.metrics.v1.DeleteOutcomeTypeRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.ListInteractionsRequest;
import sextant.metrics.v1.ListOutcomeTypesRequest;
import sextant.metrics.v1.OutcomeType;
import sextant.metrics.v1.OutcomeTypesServiceGrpc;
import sextant.metrics.v1.OutcomeTypesServiceGrpc.OutcomeTypesServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.UpsertOutcomeTypeRequest;

class OutcomeTypesServiceTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  private String tenant;
  private OutcomeTypesServiceBlockingStub types;

  @BeforeEach
  void newTenant() {
    tenant = metrics.newTenant();
    types = metrics.as(OutcomeTypesServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
  }

  private List<OutcomeType> list() {
    return types.listOutcomeTypes(ListOutcomeTypesRequest.getDefaultInstance()).getDataList();
  }

  private static UpsertOutcomeTypeRequest upsert(String key, Classification classification) {
    return UpsertOutcomeTypeRequest.newBuilder()
        .setKey(key)
        .setClassification(classification)
        .build();
  }

  private static DeleteOutcomeTypeRequest delete(String key) {
    return DeleteOutcomeTypeRequest.newBuilder().setKey(key).build();
  }

  @Test
  void everyTenantStartsWithTheShippedTypes() {
    assertThat(
            list().stream()
                .map(
                    type ->
                        "%s %s%s%s"
                            .formatted(
                                type.getKey(),
                                type.getClassification().name().substring(15).toLowerCase(),
                                type.getImpression() ? " impression" : "",
                                type.getConversion() ? " conversion" : "")))
        .containsExactly(
            "accept positive",
            "click positive",
            "complaint negative",
            "conversion positive conversion",
            "convert positive conversion",
            "defer neutral",
            "dismiss negative",
            "impression neutral impression",
            "not_interested negative",
            "opt_out negative",
            "purchase positive conversion",
            "save positive",
            "share positive",
            "unsubscribed negative");
    assertThat(list()).allMatch(OutcomeType::getSystem).noneMatch(t -> t.getName().isEmpty());
  }

  @Test
  void aTenantAddsReplacesAndDeletesTypesOfItsOwn() {
    OutcomeType added =
        types.upsertOutcomeType(
            UpsertOutcomeTypeRequest.newBuilder()
                .setKey("renewed")
                .setName("Renewed a contract")
                .setClassification(Classification.CLASSIFICATION_POSITIVE)
                .setConversion(true)
                .build());
    assertThat(added)
        .isEqualTo(
            OutcomeType.newBuilder()
                .setKey("renewed")
                .setName("Renewed a contract")
                .setClassification(Classification.CLASSIFICATION_POSITIVE)
                .setConversion(true)
                .build());
    assertThat(list()).hasSize(15).contains(added);

    OutcomeType replaced =
        types.upsertOutcomeType(upsert("renewed", Classification.CLASSIFICATION_NEUTRAL));
    assertThat(replaced.getName()).isEqualTo("renewed");
    assertThat(replaced.getConversion()).isFalse();
    assertThat(list()).hasSize(15).contains(replaced);

    types.deleteOutcomeType(delete("renewed"));
    assertThat(list()).hasSize(14);
    assertRefused(
        ErrorReason.ERROR_REASON_NOT_FOUND, () -> types.deleteOutcomeType(delete("renewed")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"click", "impression", "purchase", "defer"})
  void shippedTypesAreFixed(String key) {
    assertRefused(
        ErrorReason.ERROR_REASON_WRONG_STATE,
        () -> types.upsertOutcomeType(upsert(key, Classification.CLASSIFICATION_NEGATIVE)));
    assertRefused(ErrorReason.ERROR_REASON_WRONG_STATE, () -> types.deleteOutcomeType(delete(key)));
  }

  @Test
  void aChangeCountsForInteractionsFromThenOn() {
    assertThat(classificationOf("visit", "before")).isEqualTo("NEUTRAL");
    types.upsertOutcomeType(upsert("visit", Classification.CLASSIFICATION_POSITIVE));
    assertThat(classificationOf("visit", "positive")).isEqualTo("POSITIVE");
    types.upsertOutcomeType(upsert("visit", Classification.CLASSIFICATION_NEGATIVE));
    assertThat(classificationOf("visit", "negative")).isEqualTo("NEGATIVE");
    types.deleteOutcomeType(delete("visit"));
    assertThat(classificationOf("visit", "after")).isEqualTo("NEUTRAL");
    assertThat(stored("positive")).isEqualTo("POSITIVE");
  }

  private String classificationOf(String type, String customer) {
    metrics
        .as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .recordInteractions(
            RecordInteractionsRequest.newBuilder()
                .addEvents(InteractionInput.newBuilder().setEventType(type).setCustomerId(customer))
                .build());
    return stored(customer);
  }

  private String stored(String customer) {
    return metrics
        .as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .listInteractions(ListInteractionsRequest.newBuilder().setCustomerId(customer).build())
        .getData(0)
        .getClassification()
        .name()
        .substring(15);
  }

  @Test
  void aTenantHasAtMostAThousandTypesOfItsOwn() {
    metrics
        .database()
        .asOwner(
            sql ->
                sql.execute(
                    """
                    insert into metrics.outcome_type
                    select ?, 'type ' || n, 'name', 'neutral', false, false
                    from generate_series(1, 1000) n
                    """,
                    tenant));
    assertRefused(
        ErrorReason.ERROR_REASON_LIMIT_REACHED,
        () -> types.upsertOutcomeType(upsert("more", Classification.CLASSIFICATION_POSITIVE)));
    types.upsertOutcomeType(upsert("type 7", Classification.CLASSIFICATION_POSITIVE));
    assertThat(list()).hasSize(1_014);
  }
}
