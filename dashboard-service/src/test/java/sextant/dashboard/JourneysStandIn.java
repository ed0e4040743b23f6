package sextant.dashboard;

import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import sextant.journeys.v1.CountJourneysRequest;
import sextant.journeys.v1.CountJourneysResponse;
import sextant.journeys.v1.JourneysServiceGrpc.JourneysServiceImplBase;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.RpcServer;
import sextant.kit.rpc.Unary;
import sextant.kit.testing.MeshKey;

/// Counts journeys like the journey-service, as many as a test says.
public final class JourneysStandIn extends JourneysServiceImplBase implements AutoCloseable {

  private final String name = "journeys-" + UUID.randomUUID();
  private final Map<String, Long> totals = new ConcurrentHashMap<>();
  private RpcServer rpc;

  JourneysStandIn(InstantSource time) {
    rpc =
        RpcServer.start(
            new RpcServer.Binding("127.0.0.1", 0, name), MeshKey.tokens(time), List.of(this));
  }

  String target() {
    return "inprocess:" + name;
  }

  public void setTotal(String tenant, long total) {
    totals.put(tenant, total);
  }

  @Override
  public void countJourneys(
      CountJourneysRequest request, StreamObserver<CountJourneysResponse> out) {
    Unary.respond(
        out,
        () ->
            CountJourneysResponse.newBuilder()
                .setTotal(totals.getOrDefault(Caller.current().tenantId(), 0L))
                .build());
  }

  /// From now on nobody answers.
  @Override
  public void close() {
    if (rpc != null) {
      rpc.close();
      rpc = null;
    }
  }
}
