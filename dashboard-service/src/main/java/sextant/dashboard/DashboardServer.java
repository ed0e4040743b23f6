package sextant.dashboard;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sextant.dashboard.catalogue.Kinds;
import sextant.dashboard.decision.DefaultDecisionService;
import sextant.dashboard.query.DashboardService;
import sextant.dashboard.query.JourneyCounts;
import sextant.dashboard.trace.DecisionTracesService;
import sextant.kit.db.Database;
import sextant.kit.db.Migration;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;

/// The wiring of the dashboard-service: the same for production, tests and the standalone mesh.
public final class DashboardServer implements AutoCloseable {

  private final Database database;
  private final ManagedChannel journeys;
  private final RpcServer rpc;

  private DashboardServer(Database database, ManagedChannel journeys, RpcServer rpc) {
    this.database = database;
    this.journeys = journeys;
    this.rpc = rpc;
  }

  /// Migrates the schema, then serves.
  public static DashboardServer start(DashboardConfig config, InstantSource time) {
    Migration.run(
        config.database(),
        DashboardConfig.SCHEMA,
        "classpath:db/dashboard",
        DashboardConfig.GRANTED_ROLES);
    Database database = Database.open(config.database(), "dashboard");
    CallerTokens tokens = new CallerTokens(config.meshKeys(), time);
    ManagedChannel journeys = Channels.open(config.journeysTarget(), config.binding().tls());
    List<BindableService> services = new ArrayList<>(Kinds.services(database, time));
    services.add(new DecisionTracesService(database, time));
    services.add(new DefaultDecisionService(database, time));
    services.add(
        new DashboardService(
            database, time, new JourneyCounts(journeys, tokens, config.journeysDeadline())));
    RpcServer rpc = RpcServer.start(config.binding(), tokens, Optional.of(database), services);
    return new DashboardServer(database, journeys, rpc);
  }

  /// The TCP port.
  public int port() {
    return rpc.port();
  }

  /// Lets running calls finish, then lets go of the database and the journey-service.
  @Override
  public void close() {
    rpc.close();
    journeys.shutdownNow();
    database.close();
  }
}
