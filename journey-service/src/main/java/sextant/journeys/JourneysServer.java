package sextant.journeys;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import java.time.InstantSource;
import java.util.List;
import sextant.journeys.engine.Mover;
import sextant.journeys.engine.Plans;
import sextant.journeys.upstream.CustomerFacts;
import sextant.journeys.upstream.EventFeed;
import sextant.journeys.upstream.GrpcCustomerFacts;
import sextant.journeys.upstream.GrpcDecisions;
import sextant.journeys.upstream.GrpcEventFeed;
import sextant.journeys.upstream.GrpcSegmentViews;
import sextant.kit.db.Database;
import sextant.kit.db.Migration;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.Channels;
import sextant.kit.rpc.RpcServer;

/// The wiring of the journey-service: the same for production, tests and the standalone mesh.
public final class JourneysServer implements AutoCloseable {

  private final Database database;
  private final RpcServer rpc;
  private final Background background;
  private final List<ManagedChannel> channels;

  private JourneysServer(
      Database database, RpcServer rpc, Background background, List<ManagedChannel> channels) {
    this.database = database;
    this.rpc = rpc;
    this.background = background;
    this.channels = channels;
  }

  /// Migrates the schema, then serves.
  public static JourneysServer start(JourneysConfig config, InstantSource time) {
    Migration.run(
        config.database(),
        JourneysConfig.SCHEMA,
        "classpath:db/journeys",
        JourneysConfig.GRANTED_ROLES);
    Database database = Database.open(config.database(), "journeys");
    CallerTokens tokens = new CallerTokens(config.meshKeys(), time);
    ManagedChannel metrics = Channels.open(config.upstreams().metrics());
    ManagedChannel segments = Channels.open(config.upstreams().segments());
    ManagedChannel decisions = Channels.open(config.upstreams().decisions());
    CustomerFacts customers = new GrpcCustomerFacts(segments, metrics, tokens, time);
    EventFeed feed = new GrpcEventFeed(metrics, tokens);
    Plans plans = new Plans();
    Mover mover =
        new Mover(database, plans, customers, new GrpcDecisions(decisions, tokens, time), time);
    JourneyRepository journeys = new JourneyRepository();
    List<BindableService> services =
        List.of(
            new JourneysService(database, journeys, feed, time),
            new EnrollmentsService(database, journeys, new EnrollmentRepository(), plans, mover),
            new ChannelsService(database, new ChannelRepository(), time),
            new DeliveriesService(database, time));
    RpcServer rpc = RpcServer.start(config.binding(), tokens, services);
    Background background =
        new Background(
            database, plans, mover, feed, customers, new GrpcSegmentViews(segments, tokens), time);
    if (!config.pollInterval().isZero()) {
      background.start(config.pollInterval());
    }
    return new JourneysServer(database, rpc, background, List.of(metrics, segments, decisions));
  }

  /// The TCP port.
  public int port() {
    return rpc.port();
  }

  /// Does all background work that there is to do now: for tests, whose servers have no threads for
  /// it.
  public void drain() {
    background.drain();
  }

  /// Of all background work only the walking.
  void move() {
    background.move();
  }

  /// Of all background work only the beginning of sending.
  void openLanes() {
    background.openLanes();
  }

  /// Lets running calls and work under way finish, then lets go of the database.
  @Override
  public void close() {
    rpc.close();
    background.close();
    channels.forEach(ManagedChannel::shutdownNow);
    database.close();
  }
}
