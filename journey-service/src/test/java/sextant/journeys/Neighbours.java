package sextant.journeys;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import sextant.decisions.v1.DecideRequest;
import sextant.decisions.v1.DecideResponse;
import sextant.decisions.v1.DecisionServiceGrpc;
import sextant.kit.db.Ids;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.RpcServer;
import sextant.kit.rpc.Unary;
import sextant.kit.testing.MeshKey;
import sextant.metrics.v1.AcknowledgeEventsRequest;
import sextant.metrics.v1.AcknowledgeEventsResponse;
import sextant.metrics.v1.Event;
import sextant.metrics.v1.EventFeedServiceGrpc;
import sextant.metrics.v1.MetricValue;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.NamedMetricValue;
import sextant.metrics.v1.PullEventsRequest;
import sextant.metrics.v1.PullEventsResponse;
import sextant.metrics.v1.ReadMetricValuesRequest;
import sextant.metrics.v1.ReadMetricValuesResponse;
import sextant.metrics.v1.SetInterestsRequest;
import sextant.metrics.v1.SetInterestsResponse;
import sextant.segments.v1.CheckMembershipRequest;
import sextant.segments.v1.CheckMembershipResponse;
import sextant.segments.v1.CustomerAttributes;
import sextant.segments.v1.GetAttributesRequest;
import sextant.segments.v1.GetAttributesResponse;
import sextant.segments.v1.MembershipServiceGrpc;
import sextant.segments.v1.ResolveSegmentsRequest;
import sextant.segments.v1.ResolveSegmentsResponse;
import sextant.segments.v1.SegmentMembers;
import sextant.segments.v1.SegmentView;

/// The services that journeys ask, as small as the contract allows: behind the real interceptors,
/// with what the test puts in.
public final class Neighbours implements AutoCloseable {

  private record Of(String tenantId, String id) {}

  private final String name = "neighbours-" + UUID.randomUUID();
  private final RpcServer rpc;

  private final Map<Of, String> attributes = new ConcurrentHashMap<>();
  private final Map<Of, Map<String, String>> metrics = new ConcurrentHashMap<>();
  private final Map<Of, String> views = new ConcurrentHashMap<>();
  private final Map<Of, Set<String>> members = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> interests = new ConcurrentHashMap<>();
  private final Map<String, Event> events = new LinkedHashMap<>();
  private final Map<Of, DecideResponse> decided = new ConcurrentHashMap<>();
  private final AtomicInteger decisions = new AtomicInteger();

  volatile Function<DecideRequest, DecideResponse> arbiter =
      request -> DecideResponse.newBuilder().setDecisionId(Ids.next().toString()).build();
  volatile boolean down;
  volatile boolean losesAcknowledgements;

  Neighbours(InstantSource time) {
    rpc =
        RpcServer.start(
            new RpcServer.Binding("127.0.0.1", 0, name),
            MeshKey.tokens(time),
            List.of(new Membership(), new Metrics(), new Feed(), new Arbiter()));
  }

  JourneysConfig.Upstreams inProcess() {
    String target = "inprocess:" + name;
    return new JourneysConfig.Upstreams(target, target, target);
  }

  /// For servers in other processes.
  JourneysConfig.Upstreams overTcp() {
    String target = "127.0.0.1:" + rpc.port();
    return new JourneysConfig.Upstreams(target, target, target);
  }

  void setAttributes(String tenantId, String customerId, String json) {
    attributes.put(new Of(tenantId, customerId), json);
  }

  void setMetric(String tenantId, String customerId, String metric, String value) {
    metrics
        .computeIfAbsent(new Of(tenantId, customerId), _ -> new ConcurrentHashMap<>())
        .put(metric, value);
  }

  /// Makes a segment known, with the name of its view.
  void addSegment(String tenantId, String segmentId, String viewName) {
    views.put(new Of(tenantId, segmentId), viewName);
    members.put(new Of(tenantId, segmentId), ConcurrentHashMap.newKeySet());
  }

  Set<String> members(String tenantId, String segmentId) {
    return members.get(new Of(tenantId, segmentId));
  }

  Set<String> interests(String tenantId) {
    return interests.getOrDefault(tenantId, Set.of());
  }

  /// A customer does something. Kept only when somebody is interested, as the real feed does.
  String happen(String tenantId, String customerId, String type) {
    String interactionId = Ids.next().toString();
    if (interests(tenantId).contains(type)) {
      synchronized (events) {
        String eventId = Ids.next().toString();
        events.put(
            eventId,
            Event.newBuilder()
                .setEventId(eventId)
                .setTenantId(tenantId)
                .setCustomerId(customerId)
                .setInteractionId(interactionId)
                .setType(type)
                .build());
      }
    }
    return interactionId;
  }

  int waitingEvents() {
    synchronized (events) {
      return events.size();
    }
  }

  /// How often somebody decided, repetitions under the same key not counted.
  int decisions() {
    return decisions.get();
  }

  @Override
  public void close() {
    rpc.close();
  }

  private void failWhenDown() {
    if (down) {
      throw Status.UNAVAILABLE.withDescription("down for the test").asRuntimeException();
    }
  }

  private final class Membership extends MembershipServiceGrpc.MembershipServiceImplBase {

    @Override
    public void checkMembership(
        CheckMembershipRequest request, StreamObserver<CheckMembershipResponse> out) {
      Unary.respond(
          out,
          () -> {
            failWhenDown();
            String tenantId = Caller.current().tenantId();
            CheckMembershipResponse.Builder response = CheckMembershipResponse.newBuilder();
            for (String segmentId : request.getSegmentIdsList()) {
              Set<String> inside = members.get(new Of(tenantId, segmentId));
              if (inside != null) {
                Set<String> found = new HashSet<>(request.getCustomerIdsList());
                found.retainAll(inside);
                response.addSegments(
                    SegmentMembers.newBuilder().setSegmentId(segmentId).addAllCustomerIds(found));
              }
            }
            return response.build();
          });
    }

    @Override
    public void getAttributes(
        GetAttributesRequest request, StreamObserver<GetAttributesResponse> out) {
      Unary.respond(
          out,
          () -> {
            failWhenDown();
            GetAttributesResponse.Builder response = GetAttributesResponse.newBuilder();
            for (String customerId : request.getCustomerIdsList()) {
              String json = attributes.get(new Of(Caller.current().tenantId(), customerId));
              if (json != null) {
                response.addCustomers(
                    CustomerAttributes.newBuilder().setCustomerId(customerId).setAttributes(json));
              }
            }
            return response.build();
          });
    }

    @Override
    public void resolveSegments(
        ResolveSegmentsRequest request, StreamObserver<ResolveSegmentsResponse> out) {
      Unary.respond(
          out,
          () -> {
            failWhenDown();
            ResolveSegmentsResponse.Builder response = ResolveSegmentsResponse.newBuilder();
            for (String segmentId : request.getSegmentIdsList()) {
              String view = views.get(new Of(Caller.current().tenantId(), segmentId));
              if (view != null) {
                response.addSegments(
                    SegmentView.newBuilder().setSegmentId(segmentId).setViewName(view));
              }
            }
            return response.build();
          });
    }
  }

  private final class Metrics extends MetricsServiceGrpc.MetricsServiceImplBase {

    @Override
    public void readMetricValues(
        ReadMetricValuesRequest request, StreamObserver<ReadMetricValuesResponse> out) {
      Unary.respond(
          out,
          () -> {
            failWhenDown();
            ReadMetricValuesResponse.Builder response = ReadMetricValuesResponse.newBuilder();
            for (String customerId : request.getCustomerIdsList()) {
              metrics
                  .getOrDefault(new Of(Caller.current().tenantId(), customerId), Map.of())
                  .forEach(
                      (metric, value) ->
                          response.addValues(
                              NamedMetricValue.newBuilder()
                                  .setMetricName(metric)
                                  .setValue(
                                      MetricValue.newBuilder()
                                          .setCustomerId(customerId)
                                          .setValue(value))));
            }
            return response.build();
          });
    }
  }

  private final class Feed extends EventFeedServiceGrpc.EventFeedServiceImplBase {

    @Override
    public void setInterests(
        SetInterestsRequest request, StreamObserver<SetInterestsResponse> out) {
      Unary.respond(
          out,
          () -> {
            failWhenDown();
            interests.put(Caller.current().tenantId(), Set.copyOf(request.getTypesList()));
            return SetInterestsResponse.getDefaultInstance();
          });
    }

    @Override
    public void pullEvents(PullEventsRequest request, StreamObserver<PullEventsResponse> out) {
      Unary.respond(
          out,
          () -> {
            failWhenDown();
            synchronized (events) {
              return PullEventsResponse.newBuilder()
                  .addAllEvents(
                      new ArrayList<>(events.values()).stream().limit(request.getLimit()).toList())
                  .build();
            }
          });
    }

    @Override
    public void acknowledgeEvents(
        AcknowledgeEventsRequest request, StreamObserver<AcknowledgeEventsResponse> out) {
      Unary.respond(
          out,
          () -> {
            failWhenDown();
            if (losesAcknowledgements) {
              throw Status.UNAVAILABLE.withDescription("lost for the test").asRuntimeException();
            }
            synchronized (events) {
              events.keySet().removeAll(request.getEventIdsList());
            }
            return AcknowledgeEventsResponse.getDefaultInstance();
          });
    }
  }

  private final class Arbiter extends DecisionServiceGrpc.DecisionServiceImplBase {

    @Override
    public void decide(DecideRequest request, StreamObserver<DecideResponse> out) {
      Unary.respond(
          out,
          () -> {
            failWhenDown();
            return decided.computeIfAbsent(
                new Of(Caller.current().tenantId(), request.getIdempotencyKey()),
                _ -> {
                  decisions.incrementAndGet();
                  return arbiter.apply(request);
                });
          });
    }
  }
}
