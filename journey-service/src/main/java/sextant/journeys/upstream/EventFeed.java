package sextant.journeys.upstream;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Events that customers did, from the metrics-service: each at least once, until acknowledged.
public interface EventFeed {

  /// An event.
  ///
  /// @param eventId what to acknowledge
  /// @param interactionId the same however often the event comes
  record Event(
      String eventId, String tenantId, String customerId, UUID interactionId, String type) {}

  /// Says which events of a tenant are wanted from now on: all of them and no others.
  ///
  /// @throws UnavailableException when the metrics-service does not answer in time
  void setInterests(String tenantId, Set<String> types);

  /// The oldest events that wait, of all tenants.
  List<Event> pull(int limit);

  void acknowledge(List<Event> events);
}
