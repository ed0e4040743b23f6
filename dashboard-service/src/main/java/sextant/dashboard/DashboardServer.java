package sextant.dashboard;

import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import sextant.dashboard.catalogue.Kinds;
import sextant.dashboard.trace.DecisionTracesService;
import sextant.kit.db.Database;
import sextant.kit.db.Migration;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;

/// The wiring of the dashboard-service: the same for production, tests and the standalone mesh.
public final class DashboardServer implements AutoCloseable {

  private final Database database;
  private final RpcServer rpc;

  private DashboardServer(Database database, RpcServer rpc) {
    this.database = database;
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
    List<BindableService> services = new ArrayList<>(Kinds.services(database, time));
    services.add(new DecisionTracesService(database, time));
    RpcServer rpc =
        RpcServer.start(config.binding(), new CallerTokens(config.meshKeys(), time), services);
    return new DashboardServer(database, rpc);
  }

  /// The TCP port.
  public int port() {
    return rpc.port();
  }

  /// Lets running calls finish, then lets go of the database.
  @Override
  public void close() {
    rpc.close();
    database.close();
  }
}
