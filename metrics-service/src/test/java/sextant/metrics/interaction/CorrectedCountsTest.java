package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.kit.rpc.Timestamps;
import sextant.kit.testing.Seeds;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.CorrectInteractionRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RetractInteractionRequest;

/// The daily counts in each of their grains, while interactions come late, move to other days,
/// offers and channels, and are withdrawn.
class CorrectedCountsTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  @Test
  void countsFollowLateCorrectedAndRetractedInteractions() {
    Seeds.forEach(
        3,
        random -> {
          InteractionsServiceBlockingStub interactions =
              metrics.as(
                  InteractionsServiceGrpc::newBlockingStub, metrics.newTenant(), Role.ROLE_EDITOR);
          List<String> ids = record(interactions, random);
          RollupOracle.assertRollupEqualsRaw(metrics.database());
          for (int round = 0; round < 5; round++) {
            for (int change = 0; change < 8; change++) {
              change(interactions, random, ids);
            }
            RollupOracle.assertRollupEqualsRaw(metrics.database());
          }
        });
  }

  @Test
  void whatIsRetractedLeavesNoRowsBehind() {
    String tenant = metrics.newTenant();
    InteractionsServiceBlockingStub interactions =
        metrics.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    for (String id : record(interactions, new Random(1))) {
      interactions.retractInteraction(RetractInteractionRequest.newBuilder().setId(id).build());
    }
    for (String table :
        List.of(
            "interaction_daily", "interaction_daily_by_offer", "interaction_daily_by_channel")) {
      int rows =
          metrics
              .database()
              .asOwner(
                  db ->
                      db.fetch("select 1 from metrics." + table + " where tenant_id = ?", tenant)
                          .size());
      assertThat(rows).as(table).isZero();
    }
  }

  private static List<String> record(InteractionsServiceBlockingStub interactions, Random random) {
    RecordInteractionsRequest.Builder batch = RecordInteractionsRequest.newBuilder();
    for (int count = 0; count < 60; count++) {
      InteractionInput.Builder input =
          InteractionInput.newBuilder()
              .setCustomerId("customer-" + random.nextInt(5))
              .setEventType(List.of("impression", "convert", "dismiss").get(random.nextInt(3)))
              .setTimestamp(
                  Timestamps.of(
                      metrics.clock.instant().minus(Duration.ofHours(random.nextInt(100)))))
              .setValue(random.nextInt(100) + ".25");
      if (random.nextInt(4) > 0) {
        input.setOfferId("offer-" + random.nextInt(3)).setCreativeId("cr-" + random.nextInt(2));
      }
      if (random.nextInt(4) > 0) {
        input.setChannelId("channel-" + random.nextInt(2));
      }
      batch.addEvents(input);
    }
    List<String> ids = new ArrayList<>();
    interactions
        .recordInteractions(batch.build())
        .getResultsList()
        .forEach(result -> ids.add(result.getInteractionId()));
    return ids;
  }

  private static void change(
      InteractionsServiceBlockingStub interactions, Random random, List<String> ids) {
    int index = random.nextInt(ids.size());
    if (random.nextInt(3) == 0) {
      interactions.retractInteraction(
          RetractInteractionRequest.newBuilder().setId(ids.remove(index)).build());
      return;
    }
    CorrectInteractionRequest.Builder correction =
        CorrectInteractionRequest.newBuilder()
            .setId(ids.get(index))
            .setCost(random.nextInt(9) + ".5");
    if (random.nextBoolean()) {
      correction.setOfferId("offer-" + random.nextInt(4));
    }
    if (random.nextBoolean()) {
      correction.setChannelId("channel-" + random.nextInt(3));
    }
    if (random.nextBoolean()) {
      correction.setTimestamp(
          Timestamps.of(metrics.clock.instant().minus(Duration.ofHours(random.nextInt(200)))));
    }
    interactions.correctInteraction(correction.build());
  }
}
