package sextant.journeys;

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
import sextant.journeys.v1.ChannelsServiceGrpc;
import sextant.journeys.v1.DeliveriesServiceGrpc;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.EnrollmentsServiceGrpc;
import sextant.journeys.v1.JourneysServiceGrpc;
import sextant.kit.db.Migration;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;

/// A journey-service as it is shipped, over a database of the test class's own, at a time that the
/// test decides. Background work happens when the test says [#drain()]. Tests keep apart by tenant:
/// [#newTenant()].
public final class JourneysExtension implements BeforeAllCallback, AfterAllCallback {

  private static final AtomicInteger TENANTS = new AtomicInteger();

  public final TestClock clock = TestClock.at("2026-03-16T14:30:00Z");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private EmbeddedDatabase database;
  private Neighbours neighbours;
  private JourneysServer server;
  private Channel channel;

  @Override
  public void beforeAll(ExtensionContext context) {
    database = migrated();
    opened.add(database);
    neighbours = new Neighbours(clock);
    opened.add(neighbours);
    String name = "journeys-" + UUID.randomUUID();
    server = start(name);
    opened.add(server);
    ManagedChannel opening = Channels.open("inprocess:" + name);
    opened.add(opening::shutdownNow);
    channel = opening;
  }

  static EmbeddedDatabase migrated() {
    return EmbeddedDatabase.migrated(
        JourneysConfig.SCHEMA,
        fresh ->
            Migration.run(
                fresh.config(JourneysConfig.ROLE),
                JourneysConfig.SCHEMA,
                "classpath:db/journeys",
                JourneysConfig.GRANTED_ROLES));
  }

  /// Starts another server on the same database; the caller ends it.
  JourneysServer start(String inProcessName) {
    return JourneysServer.start(
        new JourneysConfig(
            new RpcServer.Binding("127.0.0.1", 0, inProcessName),
            database.config(JourneysConfig.ROLE),
            List.of(MeshKey.BYTES),
            Duration.ZERO,
            neighbours.inProcess()),
        clock);
  }

  public EmbeddedDatabase database() {
    return database;
  }

  Neighbours neighbours() {
    return neighbours;
  }

  /// Does all background work that is due.
  public void drain() {
    server.drain();
  }

  /// Moves whoever is due, and asks the neighbours for nothing else.
  void moveOnly() {
    server.move();
  }

  /// Enrolls, and lets nothing else happen.
  void enrollOnly(Scenario scenario, String journeyId, String... customerIds) {
    journeys(scenario.tenant)
        .enrollCustomers(
            EnrollCustomersRequest.newBuilder()
                .setId(journeyId)
                .addAllCustomerIds(List.of(customerIds))
                .build());
  }

  /// Begins to send what is due and does not wait for the end.
  void openLanes() {
    server.openLanes();
  }

  /// Lets time pass, then does what became due.
  public void pass(Duration time) {
    clock.advance(time);
    server.drain();
  }

  /// A tenant that nobody used yet.
  public String newTenant() {
    return "tenant-" + TENANTS.incrementAndGet();
  }

  /// A stub such as `JourneysServiceGrpc::newBlockingStub`, calling for `tenant` with `role`.
  public <S extends AbstractStub<S>> S as(Function<Channel, S> stub, String tenant, Role role) {
    return MeshKey.as(stub.apply(channel), clock, tenant, role);
  }

  JourneysServiceGrpc.JourneysServiceBlockingStub journeys(String tenant) {
    return as(JourneysServiceGrpc::newBlockingStub, tenant, Role.ROLE_ADMIN);
  }

  EnrollmentsServiceGrpc.EnrollmentsServiceBlockingStub enrollments(String tenant) {
    return as(EnrollmentsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
  }

  ChannelsServiceGrpc.ChannelsServiceBlockingStub channels(String tenant) {
    return as(ChannelsServiceGrpc::newBlockingStub, tenant, Role.ROLE_ADMIN);
  }

  DeliveriesServiceGrpc.DeliveriesServiceBlockingStub deliveries(String tenant) {
    return as(DeliveriesServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
  }

  /// Ends what was started, the last first.
  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }
}
