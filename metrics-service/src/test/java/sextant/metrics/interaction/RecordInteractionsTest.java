package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.kit.rpc.Timestamps;
import sextant.kit.testing.RpcAssertions.Refusal;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.Classification;
import sextant.metrics.v1.Direction;
import sextant.metrics.v1.Interaction;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionResult;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.ListInteractionsRequest;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RecordInteractionsResponse;

class RecordInteractionsTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  private String tenant;
  private InteractionsServiceBlockingStub interactions;

  @BeforeEach
  void newTenant() {
    tenant = metrics.newTenant();
    interactions = metrics.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
  }

  private static InteractionInput.Builder input(String type, String customer) {
    return InteractionInput.newBuilder().setEventType(type).setCustomerId(customer);
  }

  private RecordInteractionsResponse record(InteractionInput.Builder... inputs) {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    for (InteractionInput.Builder input : inputs) {
      request.addEvents(input);
    }
    return interactions.recordInteractions(request.build());
  }

  private List<Interaction> stored() {
    return interactions
        .listInteractions(ListInteractionsRequest.newBuilder().setLimit(100).build())
        .getDataList();
  }

  private Timestamp now(Duration offset) {
    return Timestamps.of(metrics.clock.instant().plus(offset));
  }

  @Test
  void everyFieldIsKept() {
    RecordInteractionsResponse response =
        record(
            input("purchase", "CUST001")
                .setTimestamp(now(Duration.ofDays(-3)))
                .setValue("129.90")
                .setCost("0.050000")
                .setOfferId("off_001")
                .setCreativeId("cr_001")
                .setChannelId("email")
                .setDirection(Direction.DIRECTION_OUTBOUND)
                .setIdempotencyKey("order-1")
                .setProperties("{\"cart\":{\"total\":129.90},\"tags\":[1,null,\"é😀\"]}"));
    InteractionResult result = response.getResults(0);
    assertThat(response)
        .isEqualTo(
            RecordInteractionsResponse.newBuilder().setAccepted(1).addResults(result).build());
    assertThat(result.getEventType()).isEqualTo("purchase");
    assertThat(stored())
        .containsExactly(
            Interaction.newBuilder()
                .setId(result.getInteractionId())
                .setCustomerId("CUST001")
                .setType("purchase")
                .setClassification(Classification.CLASSIFICATION_POSITIVE)
                .setOfferId("off_001")
                .setCreativeId("cr_001")
                .setChannelId("email")
                .setDirection(Direction.DIRECTION_OUTBOUND)
                .setTimestamp(now(Duration.ofDays(-3)))
                .setRecordedAt(now(Duration.ZERO))
                .setValue("129.9")
                .setCost("0.05")
                .setProperties("{\"cart\": {\"total\": 129.90}, \"tags\": [1, null, \"é😀\"]}")
                .setIdempotencyKey("order-1")
                .build());
  }

  @Test
  void absentFieldsStayAbsentAndHaveTheirDefaults() {
    String id = record(input("visit", "CUST001")).getResults(0).getInteractionId();
    assertThat(stored())
        .containsExactly(
            Interaction.newBuilder()
                .setId(id)
                .setCustomerId("CUST001")
                .setType("visit")
                .setClassification(Classification.CLASSIFICATION_NEUTRAL)
                .setDirection(Direction.DIRECTION_INBOUND)
                .setTimestamp(now(Duration.ZERO))
                .setRecordedAt(now(Duration.ZERO))
                .build());
  }

  @ParameterizedTest
  @CsvSource({
    "impression, NEUTRAL, OUTBOUND",
    "click, POSITIVE, INBOUND",
    "share, POSITIVE, INBOUND",
    "save, POSITIVE, INBOUND",
    "accept, POSITIVE, INBOUND",
    "conversion, POSITIVE, INBOUND",
    "convert, POSITIVE, INBOUND",
    "purchase, POSITIVE, INBOUND",
    "not_interested, NEGATIVE, INBOUND",
    "opt_out, NEGATIVE, INBOUND",
    "unsubscribed, NEGATIVE, INBOUND",
    "dismiss, NEGATIVE, INBOUND",
    "complaint, NEGATIVE, INBOUND",
    "defer, NEUTRAL, INBOUND",
    "never heard of it, NEUTRAL, INBOUND",
  })
  void theRegistrySaysHowATypeCounts(String type, String classification, String direction) {
    record(input(type, "c"));
    Interaction stored = stored().getFirst();
    assertThat(stored.getClassification().name()).isEqualTo("CLASSIFICATION_" + classification);
    assertThat(stored.getDirection().name()).isEqualTo("DIRECTION_" + direction);
  }

  @Test
  void resultsComeInTheOrderSentWithIdsOfTheirOwn() {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    for (int index = 0; index < 1_000; index++) {
      request.addEvents(input("type " + index, "customer " + (1_000 - index)));
    }
    RecordInteractionsResponse response = interactions.recordInteractions(request.build());
    Set<String> ids = new HashSet<>();
    for (int index = 0; index < 1_000; index++) {
      assertThat(response.getResults(index).getEventType()).isEqualTo("type " + index);
      ids.add(response.getResults(index).getInteractionId());
    }
    assertThat(ids).hasSize(1_000);
    assertThat(response.getAccepted()).isEqualTo(1_000);
  }

  @Test
  void ofOneCustomersInteractionsWithTheSameKeyOnlyTheFirstIsRecorded() {
    String first =
        record(input("click", "c").setIdempotencyKey("k").setValue("1"))
            .getResults(0)
            .getInteractionId();
    RecordInteractionsResponse response =
        record(
            input("dismiss", "c").setIdempotencyKey("k").setValue("2"),
            input("click", "c").setIdempotencyKey("other"),
            input("click", "somebody else").setIdempotencyKey("k"),
            input("click", "c"));
    assertThat(response.getAccepted()).isEqualTo(4);
    assertThat(response.getDuplicates()).isEqualTo(1);
    assertThat(response.getResults(0))
        .isEqualTo(
            InteractionResult.newBuilder()
                .setEventType("dismiss")
                .setInteractionId(first)
                .setDuplicate(true)
                .build());
    assertThat(response.getResultsList().stream().map(InteractionResult::getDuplicate))
        .containsExactly(true, false, false, false);
    assertThat(stored()).hasSize(4);
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }

  @Test
  void aKeyRepeatedInsideOneBatchIsRecordedOnceTheFirstWins() {
    RecordInteractionsResponse response =
        record(
            input("click", "b").setIdempotencyKey("k").setValue("1"),
            input("click", "a").setIdempotencyKey("k").setValue("2"),
            input("click", "b").setIdempotencyKey("k").setValue("3"),
            input("click", "b").setIdempotencyKey("k").setValue("4"));
    assertThat(response.getDuplicates()).isEqualTo(2);
    assertThat(response.getResultsList().stream().map(InteractionResult::getDuplicate))
        .containsExactly(false, false, true, true);
    String first = response.getResults(0).getInteractionId();
    assertThat(response.getResults(2).getInteractionId()).isEqualTo(first);
    assertThat(response.getResults(3).getInteractionId()).isEqualTo(first);
    assertThat(stored().stream().map(row -> row.getCustomerId() + row.getValue()))
        .containsExactlyInAnyOrder("b1", "a2");
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }

  @Test
  void oneBadElementRefusesTheWholeCallAndAllFaultsOfAllElementsAreNamed() {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () ->
                record(
                    input("click", "good"),
                    input("", "x".repeat(129)).setValue("1.2345678"),
                    input("click", "c").setTimestamp(now(Duration.ofHours(25))),
                    input("click", "c\0").setDirectionValue(7),
                    input("click", "c").setProperties("[1]").setCost("one").setOfferId("")));
    assertThat(refusal.fields())
        .containsExactlyInAnyOrder(
            "events[1].event_type: value is required",
            "events[1].customer_id: must be at most 128 characters",
            "events[1].value: " + Decimals.RULE,
            "events[2].timestamp: must be at most 24 hours in the future",
            "events[3].direction: value must be one of the defined enum values",
            "events[3].customer_id: must not contain U+0000",
            "events[4].offer_id: must be at least 1 characters",
            "events[4].cost: " + Decimals.RULE,
            "events[4].properties: must be a JSON object");
    assertThat(stored()).isEmpty();
  }

  @Test
  void aThousandBadElementsAreAllNamed() {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    for (int index = 0; index < 1_000; index++) {
      request.addEvents(input("click", "c").setValue("much"));
    }
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> interactions.recordInteractions(request.build()));
    assertThat(refusal.fields()).hasSize(1_000).contains("events[999].value: " + Decimals.RULE);
  }

  @Test
  void aCallHasOneToAThousandElements() {
    assertRefused(ErrorReason.ERROR_REASON_INVALID_ARGUMENT, this::record);
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    for (int index = 0; index < 1_001; index++) {
      request.addEvents(input("click", "c"));
    }
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () -> interactions.recordInteractions(request.build()));
    assertThat(refusal.fields()).hasSize(1).first().asString().startsWith("events: ");
  }

  @Test
  void timestampsReachFrom1900ToADayAhead() {
    Instant earliest = Instant.parse("1900-01-01T00:00:00Z");
    record(
        input("click", "c").setTimestamp(Timestamps.of(earliest)),
        input("click", "c").setTimestamp(now(Duration.ofHours(24))),
        input("click", "c")
            .setTimestamp(Timestamp.newBuilder().setSeconds(-1).setNanos(123_456_789)));
    assertThat(stored().stream().map(Interaction::getTimestamp))
        .containsExactly(
            now(Duration.ofHours(24)),
            Timestamp.newBuilder().setSeconds(-1).setNanos(123_456_000).build(),
            Timestamps.of(earliest));
    RollupOracle.assertRollupEqualsRaw(metrics.database());
    for (Timestamp wrong :
        List.of(
            Timestamps.of(earliest.minusNanos(1)),
            now(Duration.ofHours(24).plusNanos(1_000)),
            Timestamp.newBuilder().setNanos(-1).build(),
            Timestamp.newBuilder().setNanos(1_000_000_000).build(),
            Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(),
            Timestamp.newBuilder().setSeconds(Long.MIN_VALUE).build())) {
      Refusal refusal =
          assertRefused(
              ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
              () -> record(input("click", "c").setTimestamp(wrong)));
      assertThat(refusal.fields()).hasSize(1).first().asString().startsWith("events[0].timestamp");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "999999999999999999.999999",
        "-999999999999999999.999999",
        "0",
        "-0",
        "1e17",
        "1E-6",
        "12.50",
        "0.000001",
        "5e0"
      })
  void decimalsAreExact(String text) {
    record(input("click", "c").setValue(text).setCost(text));
    assertThat(new BigDecimal(stored().getFirst().getValue())).isEqualByComparingTo(text);
    assertThat(stored().getFirst().getValue()).doesNotContainIgnoringCase("e");
    assertThat(stored().getFirst().getCost()).isEqualTo(stored().getFirst().getValue());
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }
}
