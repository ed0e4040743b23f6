package sextant.journeys.upstream;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Events that customers did, from the metrics-service: each at least once, until acknowledged.
public interface EventFeed {

  /// An event. Its id tells a repetition from another event.
  record Event(
      String tenantId, String customerId, UUID interactionId, String type, Instant occurredAt) {}

  /// Says which events of a tenant are wanted from now on.
  void subscribe(String tenantId, Set<String> types);

  List<Event> pull(int limit);

  void acknowledge(List<Event> events);
}
