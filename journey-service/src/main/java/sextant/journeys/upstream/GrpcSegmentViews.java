package sextant.journeys.upstream;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import sextant.kit.rpc.CallerTokens;
import sextant.segments.v1.MembershipServiceGrpc;
import sextant.segments.v1.MembershipServiceGrpc.MembershipServiceBlockingStub;
import sextant.segments.v1.ResolveSegmentsRequest;
import sextant.segments.v1.ResolveSegmentsResponse;

/// Segment views from the segment-service. The name of a view never changes, so it is kept.
public final class GrpcSegmentViews implements SegmentViews {

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private record Segment(String tenantId, String id) {}

  private final MembershipServiceBlockingStub segments;
  private final Mesh mesh;
  private final Map<Segment, String> known = new ConcurrentHashMap<>();

  public GrpcSegmentViews(Channel segments, CallerTokens tokens) {
    this.segments = MembershipServiceGrpc.newBlockingStub(segments);
    this.mesh = new Mesh(tokens);
  }

  @Override
  public Optional<String> viewOf(String tenantId, String segmentId) {
    return Optional.ofNullable(known.computeIfAbsent(new Segment(tenantId, segmentId), this::ask));
  }

  private String ask(Segment segment) {
    try {
      ResolveSegmentsResponse response =
          mesh.as(segment.tenantId(), segments, LIMIT)
              .resolveSegments(
                  ResolveSegmentsRequest.newBuilder().addSegmentIds(segment.id()).build());
      // Null keeps the absence out of the map: the segment may yet be made.
      return response.getSegmentsCount() == 0 ? null : response.getSegments(0).getViewName();
    } catch (StatusRuntimeException failure) {
      throw new UnavailableException(
          "the segment-service does not answer: " + failure.getMessage(), failure);
    }
  }

  @Override
  public void forget(String tenantId, String segmentId) {
    known.remove(new Segment(tenantId, segmentId));
  }
}
