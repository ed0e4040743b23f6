package sextant.journeys.upstream;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import sextant.kit.rpc.CallerTokens;
import sextant.metrics.v1.AcknowledgeEventsRequest;
import sextant.metrics.v1.EventFeedServiceGrpc;
import sextant.metrics.v1.EventFeedServiceGrpc.EventFeedServiceBlockingStub;
import sextant.metrics.v1.PullEventsRequest;
import sextant.metrics.v1.SetInterestsRequest;

/// The event feed of the metrics-service.
public final class GrpcEventFeed implements EventFeed {

  private static final String CONSUMER = "journeys";
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /// Events are pulled for all tenants, yet every caller has to name one.
  private static final String ANY_TENANT = "mesh";

  private final EventFeedServiceBlockingStub feed;
  private final Mesh mesh;

  public GrpcEventFeed(Channel metrics, CallerTokens tokens) {
    this.feed = EventFeedServiceGrpc.newBlockingStub(metrics);
    this.mesh = new Mesh(tokens);
  }

  @Override
  public void setInterests(String tenantId, Set<String> types) {
    try {
      mesh.as(tenantId, feed, LIMIT)
          .setInterests(
              SetInterestsRequest.newBuilder().setConsumer(CONSUMER).addAllTypes(types).build());
    } catch (StatusRuntimeException failure) {
      throw unavailable(failure);
    }
  }

  @Override
  public List<Event> pull(int limit) {
    try {
      return mesh
          .as(ANY_TENANT, feed, LIMIT)
          .pullEvents(PullEventsRequest.newBuilder().setConsumer(CONSUMER).setLimit(limit).build())
          .getEventsList()
          .stream()
          .map(
              event ->
                  new Event(
                      event.getEventId(),
                      event.getTenantId(),
                      event.getCustomerId(),
                      UUID.fromString(event.getInteractionId()),
                      event.getType()))
          .toList();
    } catch (StatusRuntimeException failure) {
      throw unavailable(failure);
    }
  }

  @Override
  public void acknowledge(List<Event> events) {
    try {
      mesh.as(ANY_TENANT, feed, LIMIT)
          .acknowledgeEvents(
              AcknowledgeEventsRequest.newBuilder()
                  .setConsumer(CONSUMER)
                  .addAllEventIds(events.stream().map(Event::eventId).toList())
                  .build());
    } catch (StatusRuntimeException failure) {
      throw unavailable(failure);
    }
  }

  private static UnavailableException unavailable(StatusRuntimeException failure) {
    return new UnavailableException(
        "the metrics-service does not answer: " + failure.getMessage(), failure);
  }
}
