package sextant.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.LoggerFactory;
import sextant.gateway.GatewayConfig;
import sextant.journeys.v1.ChannelKind;
import sextant.journeys.v1.ChannelsServiceGrpc;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.JourneysServiceGrpc;
import sextant.journeys.v1.JourneysServiceGrpc.JourneysServiceBlockingStub;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.journeys.v1.UpsertChannelRequest;
import sextant.kit.mesh.Channels;
import sextant.standalone.Mesh;
import sextant.standalone.MeshOptions;

/// A whole mesh over a database, with what benchmarks of journeys do to it.
final class JourneyMesh implements AutoCloseable {

  /// As many customers as one call may name.
  static final int BATCH = 1_000;

  /// Customers inside of journeys, by the counts that are kept along with every step: to ask the
  /// enrollments themselves, again and again, would read all of them and slow down what is
  /// measured.
  static final String INSIDE =
      "select coalesce(sum(entered - completed - dropped), 0) from journeys.node_count";

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Database database;
  private final Mesh mesh;
  private final InstantSource time;
  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private final JourneysServiceBlockingStub journeys;

  /// `pollInterval`: of background work; zero turns it off.
  JourneyMesh(Database database, Duration pollInterval, InstantSource time) {
    this.database = database;
    this.time = time;
    // A line per delivery would measure the console.
    ((Logger) LoggerFactory.getLogger("sextant.journeys.delivery")).setLevel(Level.WARN);
    mesh =
        Mesh.start(
            new MeshOptions(
                "127.0.0.1",
                0,
                GatewayConfig.AuthMode.OPEN,
                database.access(),
                Callers.MESH_KEY,
                pollInterval),
            time);
    journeys = calling("journeys", JourneysServiceGrpc::newBlockingStub);
    calling("journeys", ChannelsServiceGrpc::newBlockingStub)
        .upsertChannel(
            UpsertChannelRequest.newBuilder()
                .setName("log")
                .setKind(ChannelKind.CHANNEL_KIND_LOG)
                .build());
  }

  JourneysServiceBlockingStub journeys() {
    return journeys;
  }

  /// A stub of a service, such as `metrics`.
  <S extends AbstractStub<S>> S calling(String service, Function<Channel, S> stub) {
    return Callers.as(
        stub.apply(
            channels.computeIfAbsent(service, name -> Channels.open(mesh.grpcTargets().get(name)))),
        time);
  }

  /// An active journey with this definition.
  String running(String definition) {
    return running(CreateJourneyRequest.newBuilder().setDefinition(definition));
  }

  String running(CreateJourneyRequest.Builder journey) {
    String id = journeys.createJourney(journey.setName("bench").build()).getId();
    journeys.updateJourney(
        UpdateJourneyRequest.newBuilder()
            .setId(id)
            .setStatus(JourneyStatus.JOURNEY_STATUS_ACTIVE)
            .build());
    return id;
  }

  /// One call for the customers `from` to `from` + [#BATCH].
  static EnrollCustomersRequest enrollment(String journey, int from) {
    EnrollCustomersRequest.Builder request = EnrollCustomersRequest.newBuilder().setId(journey);
    for (int number = from; number < from + BATCH; number++) {
      request.addCustomerIds("customer-" + number);
    }
    return request.build();
  }

  /// Waits until a query answers zero; no longer than five minutes.
  void awaitNone(String query) throws SQLException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (double left = number(query); left > 0; left = number(query)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "after %s still %,.0f: %s".formatted(PATIENCE, left, query));
      }
      Thread.sleep(20);
    }
  }

  double number(String query) throws SQLException {
    try (Statement statement = database.owner().createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getDouble(1);
    }
  }

  /// Removes everything of earlier rounds.
  void clear() throws SQLException {
    database.execute(
        "truncate journeys.enrollment, journeys.step, journeys.delivery, journeys.node_count");
  }

  static double percentile(List<Double> figures, double share) {
    List<Double> sorted = figures.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size()) - 1));
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    mesh.close();
  }
}
