package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.kit.rpc.Timestamps;
import sextant.kit.testing.RpcAssertions.Refusal;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.Classification;
import sextant.metrics.v1.Direction;
import sextant.metrics.v1.Interaction;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.ListInteractionsRequest;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RecordResponseRequest;
import sextant.metrics.v1.RecordResponseResponse;

class RecordResponseTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  private InteractionsServiceBlockingStub interactions;

  @BeforeEach
  void newTenant() {
    interactions =
        metrics.as(InteractionsServiceGrpc::newBlockingStub, metrics.newTenant(), Role.ROLE_EDITOR);
  }

  private static RecordResponseRequest.Builder response() {
    return RecordResponseRequest.newBuilder()
        .setCustomerId("CUST001")
        .setOutcome("convert")
        .setIdempotencyKey("key-1");
  }

  private Interaction stored() {
    return interactions.listInteractions(ListInteractionsRequest.getDefaultInstance()).getData(0);
  }

  @Test
  void aResponseIsRecordedAndAnswered() {
    Timestamp yesterday = Timestamps.of(metrics.clock.instant().minus(Duration.ofDays(1)));
    RecordResponseResponse answer =
        interactions.recordResponse(
            response()
                .setOfferId("off_001")
                .setCreativeId("cr_001")
                .setChannelId("email")
                .setRecommendationId("rec \"7\"")
                .setRank(2)
                .setDirection(Direction.DIRECTION_OUTBOUND)
                .setConversionValue("49.90")
                .setCost("0.10")
                .setTimestamp(yesterday)
                .setContext("{\"page\": \"home\"}")
                .setOutcomeDetails("{\"amount\": 49.90}")
                .build());
    assertThat(answer)
        .isEqualTo(
            RecordResponseResponse.newBuilder()
                .setInteractionId(stored().getId())
                .setRecommendationId("rec \"7\"")
                .setCustomerId("CUST001")
                .setOutcome("convert")
                .setClassification(Classification.CLASSIFICATION_POSITIVE)
                .setRank(2)
                .setOfferId("off_001")
                .setCreativeId("cr_001")
                .setChannelId("email")
                .setDirection(Direction.DIRECTION_OUTBOUND)
                .setConversionValue("49.9")
                .setStatus("recorded")
                .setTimestamp(yesterday)
                .build());
    assertThat(stored())
        .isEqualTo(
            Interaction.newBuilder()
                .setId(answer.getInteractionId())
                .setCustomerId("CUST001")
                .setType("convert")
                .setClassification(Classification.CLASSIFICATION_POSITIVE)
                .setOfferId("off_001")
                .setCreativeId("cr_001")
                .setChannelId("email")
                .setDirection(Direction.DIRECTION_OUTBOUND)
                .setTimestamp(yesterday)
                .setRecordedAt(Timestamps.of(metrics.clock.instant()))
                .setValue("49.9")
                .setCost("0.1")
                .setProperties(
                    "{\"rank\": 2, \"context\": {\"page\": \"home\"}, \"outcomeDetails\":"
                        + " {\"amount\": 49.90}, \"recommendationId\": \"rec \\\"7\\\"\"}")
                .setIdempotencyKey("key-1")
                .build());
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }

  @Test
  void theLeastThatIsNeededIsCustomerOutcomeAndKey() {
    RecordResponseResponse answer =
        interactions.recordResponse(response().setOutcome("impression").build());
    assertThat(answer)
        .isEqualTo(
            RecordResponseResponse.newBuilder()
                .setInteractionId(stored().getId())
                .setCustomerId("CUST001")
                .setOutcome("impression")
                .setClassification(Classification.CLASSIFICATION_NEUTRAL)
                .setDirection(Direction.DIRECTION_OUTBOUND)
                .setStatus("recorded")
                .setTimestamp(Timestamps.of(metrics.clock.instant()))
                .build());
    assertThat(stored().hasProperties()).isFalse();
  }

  @Test
  void aRepeatedKeyGetsTheFirstAnswerWhateverItSaysAndWheneverItComes() {
    Seeds.forEach(
        200,
        random -> {
          String key = "key " + random.nextInt();
          RecordResponseResponse first =
              interactions.recordResponse(random(random).setIdempotencyKey(key).build());
          metrics.clock.advance(Duration.ofSeconds(1));
          RecordResponseResponse repeated =
              interactions.recordResponse(random(random).setIdempotencyKey(key).build());
          assertThat(repeated).isEqualTo(first.toBuilder().setDuplicate(true).build());
        });
  }

  private RecordResponseRequest.Builder random(Random random) {
    RecordResponseRequest.Builder response =
        response().setOutcome(random.nextBoolean() ? "dismiss" : "impression");
    if (random.nextBoolean()) {
      response.setOfferId("off_" + random.nextInt()).setCreativeId("é");
    }
    if (random.nextBoolean()) {
      response.setChannelId("ch").setRecommendationId("\\\"\t😀").setRank(Integer.MAX_VALUE);
    }
    if (random.nextBoolean()) {
      response.setDirectionValue(random.nextInt(3));
    }
    if (random.nextBoolean()) {
      response.setConversionValue(
          random.nextBoolean() ? "-0.000" : random.nextLong(1_000_000) + "." + random.nextInt(999));
    }
    if (random.nextBoolean()) {
      response.setTimestamp(
          Timestamp.newBuilder()
              .setSeconds(random.nextInt(1_700_000_000))
              .setNanos(random.nextInt(1_000_000_000)));
    }
    if (random.nextBoolean()) {
      response.setContext("{\"rank\": 9, \"recommendationId\": \"not this one\"}");
    }
    return response;
  }

  @Test
  void theFirstMayHaveComeAnotherWay() {
    interactions.recordInteractions(
        RecordInteractionsRequest.newBuilder()
            .addEvents(
                InteractionInput.newBuilder()
                    .setCustomerId("CUST001")
                    .setEventType("click")
                    .setIdempotencyKey("key-1")
                    .setProperties("{\"rank\": 99999999999, \"recommendationId\": {\"a\": 1}}"))
            .build());
    RecordResponseResponse answer = interactions.recordResponse(response().build());
    assertThat(answer)
        .isEqualTo(
            RecordResponseResponse.newBuilder()
                .setInteractionId(stored().getId())
                .setCustomerId("CUST001")
                .setOutcome("click")
                .setClassification(Classification.CLASSIFICATION_POSITIVE)
                .setDirection(Direction.DIRECTION_INBOUND)
                .setStatus("recorded")
                .setTimestamp(stored().getTimestamp())
                .setDuplicate(true)
                .build());
  }

  @Test
  void whatTheContractRefusesIsNamed() {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () ->
                interactions.recordResponse(
                    RecordResponseRequest.newBuilder().setRank(0).setOfferId("").build()));
    assertThat(refusal.fields().stream().map(field -> field.substring(0, field.indexOf(':'))))
        .containsExactlyInAnyOrder("customer_id", "outcome", "idempotency_key", "offer_id", "rank");
  }

  @Test
  void whatOnlyTheServiceCanRefuseIsNamed() {
    Refusal refusal =
        assertRefused(
            ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
            () ->
                interactions.recordResponse(
                    response()
                        .setConversionValue("NaN")
                        .setCost("1e18")
                        .setTimestamp(
                            Timestamps.of(metrics.clock.instant().plus(Duration.ofDays(2))))
                        .setContext("null")
                        .setOutcomeDetails("{\"a\":")
                        .build()));
    assertThat(refusal.fields().stream().map(field -> field.substring(0, field.indexOf(':'))))
        .containsExactlyInAnyOrder(
            "conversion_value", "cost", "timestamp", "context", "outcome_details");
  }
}
