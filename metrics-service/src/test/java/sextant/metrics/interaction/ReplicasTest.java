package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionResult;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RecordInteractionsResponse;
import sextant.metrics.v1.RecordResponseRequest;
import sextant.metrics.v1.RecordResponseResponse;

/// Two servers on one database, fifty callers, the same keys again and again.
class ReplicasTest {

  @RegisterExtension static final MetricsExtension metrics = new MetricsExtension();

  private static final int CALLERS = 50;
  private static final int CALLS = 20;
  private static final int CUSTOMERS = 10;
  private static final int KEYS = 60;

  private final List<String> tenants = List.of(metrics.newTenant(), metrics.newTenant());
  private final Map<String, Set<String>> idsByKey = new ConcurrentHashMap<>();
  private final LongAdder recorded = new LongAdder();

  @Test
  void everyKeyIsRecordedExactlyOnceAndTheRollupFitsTheRows() throws Exception {
    List<Channel> replicas = List.of(metrics.startReplica(), metrics.startReplica());
    List<FutureTask<Void>> callers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      Random random = new Random(caller);
      String tenant = tenants.get(caller / 2 % 2);
      InteractionsServiceBlockingStub stub =
          metrics.as(
              InteractionsServiceGrpc::newBlockingStub,
              replicas.get(caller % 2),
              tenant,
              Role.ROLE_EDITOR);
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                for (int call = 0; call < CALLS; call++) {
                  if (random.nextBoolean()) {
                    respond(stub, tenant, random);
                  } else {
                    record(stub, tenant, random);
                  }
                }
                return null;
              });
      callers.add(task);
      Thread.ofVirtual().start(task);
    }
    for (FutureTask<Void> caller : callers) {
      caller.get(60, TimeUnit.SECONDS);
    }
    assertThat(idsByKey).hasSize(tenants.size() * CUSTOMERS * KEYS);
    assertThat(idsByKey.values()).as("ids answered for one key").allMatch(ids -> ids.size() == 1);
    assertThat(recorded.sum()).as("answers that were no duplicates").isEqualTo(idsByKey.size());
    assertThat(
            metrics
                .database()
                .asOwner(sql -> sql.fetchOne("select count(*) from metrics.interaction"))
                .get(0, Integer.class))
        .isEqualTo(idsByKey.size());
    RollupOracle.assertRollupEqualsRaw(metrics.database());
  }

  private void respond(InteractionsServiceBlockingStub stub, String tenant, Random random) {
    InteractionInput input = input(random);
    RecordResponseResponse answer =
        stub.recordResponse(
            RecordResponseRequest.newBuilder()
                .setCustomerId(input.getCustomerId())
                .setOutcome(input.getEventType())
                .setIdempotencyKey(input.getIdempotencyKey())
                .setOfferId(input.getOfferId())
                .setConversionValue(input.getValue())
                .build());
    note(tenant, input, answer.getInteractionId(), answer.getDuplicate());
  }

  private void record(InteractionsServiceBlockingStub stub, String tenant, Random random) {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    int size = 1 + random.nextInt(60);
    for (int index = 0; index < size; index++) {
      request.addEvents(input(random));
    }
    RecordInteractionsResponse answer = stub.recordInteractions(request.build());
    for (int index = 0; index < size; index++) {
      InteractionResult result = answer.getResults(index);
      note(tenant, request.getEvents(index), result.getInteractionId(), result.getDuplicate());
    }
  }

  private void note(String tenant, InteractionInput input, String id, boolean duplicate) {
    idsByKey
        .computeIfAbsent(
            tenant + " " + input.getCustomerId() + " " + input.getIdempotencyKey(),
            _ -> ConcurrentHashMap.newKeySet())
        .add(id);
    if (!duplicate) {
      recorded.increment();
    }
  }

  private static InteractionInput input(Random random) {
    return InteractionInput.newBuilder()
        .setCustomerId("c" + random.nextInt(CUSTOMERS))
        .setEventType(random.nextBoolean() ? "purchase" : "impression")
        .setIdempotencyKey("k" + random.nextInt(KEYS))
        .setOfferId("o" + random.nextInt(4))
        .setValue(random.nextInt(1_000) + ".25")
        .build();
  }
}
