package sextant.metrics.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AcknowledgeEventsRequest;
import sextant.metrics.v1.Event;
import sextant.metrics.v1.EventFeedServiceGrpc;
import sextant.metrics.v1.EventFeedServiceGrpc.EventFeedServiceBlockingStub;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionResult;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.PullEventsRequest;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.SetInterestsRequest;

final class EventFeedServiceTest {

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  @Test
  void handsOutExactlyWhatAConsumerWaitsForUntilAcknowledged() {
    String tenant = mesh.newTenant();
    record(tenant, event("before", "signup"));
    interests(tenant, "once", "signup", "purchase");
    Set<String> recorded =
        record(
            tenant,
            event("a", "signup").setValue("12.50").setProperties("{\"a\":1}").setChannelId("web"),
            event("a", "click"),
            event("b", "purchase").setIdempotencyKey("k"),
            event("b", "purchase").setIdempotencyKey("k"));
    record(mesh.newTenant(), event("a", "signup"));

    List<Event> pulled = pull("once", 10);
    assertThat(pulled).extracting(Event::getCustomerId).containsExactlyInAnyOrder("a", "b");
    assertThat(recorded).containsAll(pulled.stream().map(Event::getInteractionId).toList());
    Event signup = pulled.stream().filter(it -> it.getType().equals("signup")).findFirst().get();
    assertThat(signup.getTenantId()).isEqualTo(tenant);
    assertThat(signup.getValue()).isEqualTo("12.5");
    assertThat(signup.getChannelId()).isEqualTo("web");
    assertThat(signup.getProperties()).isEqualTo("{\"a\": 1}");
    assertThat(signup.hasOfferId()).isFalse();
    assertThat(pull("once", 10)).isEqualTo(pulled);
    assertThat(pull("another", 10)).isEmpty();

    acknowledge("once", List.of(signup));
    acknowledge("once", List.of(signup));
    acknowledge("another", pulled);
    assertThat(pull("once", 10)).hasSize(1);
    interests(tenant, "once");
    record(tenant, event("c", "signup"));
    assertThat(pull("once", 10)).hasSize(1);
  }

  @Test
  void noneIsLostAndNoneHandedOutTwiceWhileRecordedAndPulledAtOnce() throws Exception {
    String tenant = mesh.newTenant();
    interests(tenant, "busy", "signup");
    Set<String> recorded = new TreeSet<>();
    List<String> seen = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Set<String>>> writers = new ArrayList<>();
      for (int writer = 0; writer < 20; writer++) {
        String customer = "customer-" + writer;
        writers.add(
            threads.submit(
                () -> {
                  Set<String> ids = new TreeSet<>();
                  for (int call = 0; call < 10; call++) {
                    ids.addAll(record(tenant, event(customer, "signup"), event("x", "signup")));
                  }
                  return ids;
                }));
      }
      boolean writing = true;
      while (writing || !pull("busy", 1).isEmpty()) {
        writing = writers.stream().anyMatch(writer -> !writer.isDone());
        List<Event> pulled = pull("busy", 50);
        if (!pulled.isEmpty()) {
          pulled.forEach(event -> seen.add(event.getInteractionId()));
          acknowledge("busy", pulled);
        }
      }
      for (Future<Set<String>> writer : writers) {
        recorded.addAll(writer.get());
      }
    }
    assertThat(seen).doesNotHaveDuplicates().hasSize(400);
    assertThat(new TreeSet<>(seen)).isEqualTo(recorded);
  }

  @Test
  void onlyServicesMayCall() {
    var admin = mesh.as(EventFeedServiceGrpc::newBlockingStub, mesh.newTenant(), Role.ROLE_ADMIN);
    assertRefused(
        ErrorReason.ERROR_REASON_ROLE_TOO_LOW,
        () -> admin.pullEvents(PullEventsRequest.newBuilder().setConsumer("x").build()));
    assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        () -> feed("t").pullEvents(PullEventsRequest.newBuilder().setConsumer("X Y").build()));
  }

  private static InteractionInput.Builder event(String customer, String type) {
    return InteractionInput.newBuilder().setCustomerId(customer).setEventType(type);
  }

  private static Set<String> record(String tenant, InteractionInput.Builder... events) {
    RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
    for (InteractionInput.Builder event : events) {
      request.addEvents(event);
    }
    Set<String> ids = new TreeSet<>();
    mesh
        .as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR)
        .recordInteractions(request.build())
        .getResultsList()
        .stream()
        .map(InteractionResult::getInteractionId)
        .forEach(ids::add);
    return ids;
  }

  private static void interests(String tenant, String consumer, String... types) {
    feed(tenant)
        .setInterests(
            SetInterestsRequest.newBuilder()
                .setConsumer(consumer)
                .addAllTypes(List.of(types))
                .build());
  }

  private static List<Event> pull(String consumer, int limit) {
    return feed("any")
        .pullEvents(PullEventsRequest.newBuilder().setConsumer(consumer).setLimit(limit).build())
        .getEventsList();
  }

  private static void acknowledge(String consumer, List<Event> events) {
    feed("any")
        .acknowledgeEvents(
            AcknowledgeEventsRequest.newBuilder()
                .setConsumer(consumer)
                .addAllEventIds(events.stream().map(Event::getEventId).toList())
                .build());
  }

  private static EventFeedServiceBlockingStub feed(String tenant) {
    return mesh.as(EventFeedServiceGrpc::newBlockingStub, tenant, Role.ROLE_SERVICE);
  }
}
