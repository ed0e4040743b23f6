package sextant.metrics;

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

/// A metrics-service as it is shipped, over a database of the test class's own, at a time that the
/// test decides. Tests keep apart by tenant: [#newTenant()].
public final class MetricsExtension implements BeforeAllCallback, AfterAllCallback {

  private static final AtomicInteger TENANTS = new AtomicInteger();

  public final TestClock clock = TestClock.at("2026-03-16T14:30:00Z");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<MetricsServer> servers = new ArrayList<>();
  private EmbeddedDatabase database;
  private Channel channel;

  @Override
  public void beforeAll(ExtensionContext context) {
    database =
        EmbeddedDatabase.migrated(
            MetricsConfig.SCHEMA,
            fresh ->
                Migration.run(
                    fresh.config(MetricsConfig.ROLE),
                    MetricsConfig.SCHEMA,
                    "classpath:db/metrics",
                    MetricsConfig.GRANTED_ROLES));
    opened.add(database);
    channel = startReplica();
  }

  /// Starts another server on the same database.
  public Channel startReplica() {
    String name = "metrics-" + UUID.randomUUID();
    MetricsServer server =
        MetricsServer.start(
            new MetricsConfig(
                new RpcServer.Binding("127.0.0.1", 0, name),
                database.config(MetricsConfig.ROLE),
                List.of(MeshKey.BYTES),
                Duration.ZERO),
            clock);
    opened.add(server);
    servers.add(server);
    ManagedChannel replica = Channels.open("inprocess:" + name);
    opened.add(replica::shutdownNow);
    return replica;
  }

  /// Does all background work that is due, in one of the replicas; 0 is the first.
  public void drainReplica(int replica) {
    servers.get(replica).drain();
  }

  /// Does all background work that is due.
  public void drain() {
    servers.getFirst().drain();
  }

  public EmbeddedDatabase database() {
    return database;
  }

  /// A tenant that nobody used yet.
  public String newTenant() {
    return "tenant-" + TENANTS.incrementAndGet();
  }

  /// A stub such as `InteractionsServiceGrpc::newBlockingStub`, calling for `tenant` with `role`.
  public <S extends AbstractStub<S>> S as(Function<Channel, S> stub, String tenant, Role role) {
    return as(stub, channel, tenant, role);
  }

  /// The same, of a certain replica.
  public <S extends AbstractStub<S>> S as(
      Function<Channel, S> stub, Channel replica, String tenant, Role role) {
    return MeshKey.as(stub.apply(replica), clock, tenant, role);
  }

  /// Ends what was started, the last first.
  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }
}
