package sextant.dashboard;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sextant.access.v1.Role;
import sextant.kit.db.Migration;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;

/// A dashboard-service as it is shipped, over a database of the test class's own that has the
/// schemas of the services it reads from, at a time that the test decides. Tests keep apart by
/// tenant: [#newTenant()].
public final class DashboardExtension implements BeforeAllCallback, AfterAllCallback {

  private static final AtomicInteger TENANTS = new AtomicInteger();
  private static final List<String> ROLES =
      List.of("sextant_metrics", "sextant_segments", "sextant_journeys", DashboardConfig.ROLE);

  public final TestClock clock = TestClock.at("2026-03-30T14:30:00Z");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final JourneysStandIn journeys = new JourneysStandIn(clock);
  private EmbeddedDatabase database;
  private Channel channel;

  @Override
  public void beforeAll(ExtensionContext context) {
    database =
        EmbeddedDatabase.migrated(
            DashboardConfig.SCHEMA,
            fresh -> {
              migrate(
                  fresh, "metrics", "filesystem:../metrics-service/src/main/resources/db/metrics");
              migrate(
                  fresh,
                  "segments",
                  "filesystem:../segment-service/src/main/resources/db/segments");
              migrate(fresh, DashboardConfig.SCHEMA, "classpath:db/dashboard");
            });
    opened.add(database);
    opened.add(journeys);
    String name = "dashboard-" + UUID.randomUUID();
    opened.add(
        DashboardServer.start(
            new DashboardConfig(
                new RpcServer.Binding("127.0.0.1", 0, name),
                database.config(DashboardConfig.ROLE),
                List.of(MeshKey.BYTES),
                journeys.target(),
                Duration.ofSeconds(5)),
            clock));
    ManagedChannel client = Channels.open("inprocess:" + name);
    opened.add(client::shutdownNow);
    channel = client;
  }

  private static void migrate(EmbeddedDatabase database, String schema, String location) {
    Migration.run(database.config(DashboardConfig.ROLE), schema, location, ROLES);
  }

  /// What stands where the journey-service is expected.
  public JourneysStandIn journeys() {
    return journeys;
  }

  public EmbeddedDatabase database() {
    return database;
  }

  /// A tenant that nobody used yet.
  public String newTenant() {
    return "tenant-" + TENANTS.incrementAndGet();
  }

  /// A stub such as `DashboardServiceGrpc::newBlockingStub`, calling for `tenant` with `role`.
  public <S extends AbstractStub<S>> S as(Function<Channel, S> stub, String tenant, Role role) {
    return MeshKey.as(stub.apply(channel), clock, tenant, role);
  }

  /// Ends what was started, the last first.
  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }
}
