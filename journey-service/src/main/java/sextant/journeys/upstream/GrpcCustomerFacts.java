package sextant.journeys.upstream;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Channel;
import io.grpc.Status;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import sextant.journeys.graph.Facts;
import sextant.journeys.graph.Json;
import sextant.kit.rpc.CallerTokens;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceFutureStub;
import sextant.metrics.v1.NamedMetricValue;
import sextant.metrics.v1.ReadMetricValuesRequest;
import sextant.metrics.v1.ReadMetricValuesResponse;
import sextant.segments.v1.CheckMembershipRequest;
import sextant.segments.v1.CheckMembershipResponse;
import sextant.segments.v1.GetAttributesRequest;
import sextant.segments.v1.GetAttributesResponse;
import sextant.segments.v1.MembershipServiceGrpc;
import sextant.segments.v1.MembershipServiceGrpc.MembershipServiceFutureStub;

/// Attributes and membership from the segment-service, metrics from the metrics-service; only what
/// is asked for, all at the same time.
public final class GrpcCustomerFacts implements CustomerFacts {

  /// As many customers as one call may name.
  private static final int CUSTOMERS = 1_000;

  private static final int SEGMENTS = 100;

  /// Anything else is an answer, which says nothing about the next call, of another tenant perhaps.
  private static final Set<Status.Code> NO_ANSWER =
      Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);

  private static final Duration LIMIT = Duration.ofSeconds(2);

  /// An answer on its way, and what to do with it.
  private record Pending<R>(ListenableFuture<R> answer, Consumer<R> take, Breaker breaker) {

    void await(String service) {
      try {
        R response = answer.get();
        breaker.succeeded();
        take.accept(response);
      } catch (ExecutionException failure) {
        if (NO_ANSWER.contains(Status.fromThrowable(failure).getCode())) {
          breaker.failed();
        }
        throw new UnavailableException(
            "the " + service + " does not answer: " + failure.getCause().getMessage(),
            failure.getCause());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new UnavailableException("interrupted", interrupted);
      }
    }
  }

  private final MembershipServiceFutureStub segments;
  private final MetricsServiceFutureStub metrics;
  private final Mesh mesh;
  private final Breaker segmentsBreaker;
  private final Breaker metricsBreaker;

  public GrpcCustomerFacts(
      Channel segments, Channel metrics, CallerTokens tokens, InstantSource time) {
    this.segments = MembershipServiceGrpc.newFutureStub(segments);
    this.metrics = MetricsServiceGrpc.newFutureStub(metrics);
    this.mesh = new Mesh(tokens);
    this.segmentsBreaker = new Breaker(1, time);
    this.metricsBreaker = new Breaker(1, time);
  }

  @Override
  public Map<String, Facts> read(
      String tenantId, Collection<String> customerIds, Set<String> fields, boolean attributes) {
    List<String> ids = customerIds.stream().distinct().toList();
    List<String> segmentIds =
        fields.stream()
            .filter(field -> field.startsWith(Facts.SEGMENT))
            .map(field -> field.substring(Facts.SEGMENT.length()))
            .toList();
    Set<String> metricNames = new HashSet<>();
    fields.stream()
        .filter(field -> field.startsWith(Facts.METRIC))
        .forEach(field -> metricNames.add(field.substring(Facts.METRIC.length())));
    boolean readAttributes = attributes || fields.stream().anyMatch(Facts::isAttribute);

    Map<String, Map<String, Object>> facts = new HashMap<>();
    ids.forEach(id -> facts.put(id, new LinkedHashMap<>()));
    List<Pending<?>> fromSegments = new ArrayList<>();
    List<Pending<?>> fromMetrics = new ArrayList<>();
    if ((readAttributes || !segmentIds.isEmpty()) && segmentsBreaker.isOpen()) {
      throw new UnavailableException("the segment-service did not answer just now", null);
    }
    if (!metricNames.isEmpty() && metricsBreaker.isOpen()) {
      throw new UnavailableException("the metrics-service did not answer just now", null);
    }
    for (List<String> some : chunks(ids, CUSTOMERS)) {
      if (readAttributes) {
        fromSegments.add(attributes(tenantId, some, facts));
      }
      for (List<String> asked : chunks(segmentIds, SEGMENTS)) {
        fromSegments.add(membership(tenantId, some, asked, facts));
      }
      if (!metricNames.isEmpty()) {
        fromMetrics.add(metrics(tenantId, some, metricNames, facts));
      }
    }
    fromSegments.forEach(pending -> pending.await("segment-service"));
    fromMetrics.forEach(pending -> pending.await("metrics-service"));
    Map<String, Facts> result = new HashMap<>();
    facts.forEach((id, values) -> result.put(id, new Facts(values)));
    return result;
  }

  private Pending<GetAttributesResponse> attributes(
      String tenantId, List<String> ids, Map<String, Map<String, Object>> facts) {
    return new Pending<>(
        mesh.as(tenantId, segments, LIMIT)
            .getAttributes(GetAttributesRequest.newBuilder().addAllCustomerIds(ids).build()),
        response ->
            response
                .getCustomersList()
                .forEach(
                    customer ->
                        facts
                            .get(customer.getCustomerId())
                            .putAll(Json.object(customer.getAttributes()))),
        segmentsBreaker);
  }

  /// A segment that does not exist is not in the answer: nothing is known about who is in it.
  private Pending<CheckMembershipResponse> membership(
      String tenantId,
      List<String> ids,
      List<String> segmentIds,
      Map<String, Map<String, Object>> facts) {
    return new Pending<>(
        mesh.as(tenantId, segments, LIMIT)
            .checkMembership(
                CheckMembershipRequest.newBuilder()
                    .addAllCustomerIds(ids)
                    .addAllSegmentIds(segmentIds)
                    .build()),
        response ->
            response
                .getSegmentsList()
                .forEach(
                    segment -> {
                      String field = Facts.SEGMENT + segment.getSegmentId();
                      Set<String> members = new HashSet<>(segment.getCustomerIdsList());
                      ids.forEach(id -> facts.get(id).put(field, members.contains(id)));
                    }),
        segmentsBreaker);
  }

  /// All metrics of the tenant, of which there are few: they are named here and have ids there.
  private Pending<ReadMetricValuesResponse> metrics(
      String tenantId,
      List<String> ids,
      Set<String> names,
      Map<String, Map<String, Object>> facts) {
    return new Pending<>(
        mesh.as(tenantId, metrics, LIMIT)
            .readMetricValues(ReadMetricValuesRequest.newBuilder().addAllCustomerIds(ids).build()),
        response -> {
          for (NamedMetricValue named : response.getValuesList()) {
            // A grouped metric has many values, of which none is the customer's.
            if (names.contains(named.getMetricName())
                && named.getValue().getDimensionsCount() == 0) {
              facts
                  .get(named.getValue().getCustomerId())
                  .put(
                      Facts.METRIC + named.getMetricName(),
                      new BigDecimal(named.getValue().getValue()));
            }
          }
        },
        metricsBreaker);
  }

  private static List<List<String>> chunks(List<String> all, int size) {
    List<List<String>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      chunks.add(all.subList(from, Math.min(from + size, all.size())));
    }
    return chunks;
  }
}
