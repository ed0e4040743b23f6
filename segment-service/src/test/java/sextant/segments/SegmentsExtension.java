package sextant.segments;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import sextant.access.v1.Role;
import sextant.kit.db.Database;
import sextant.kit.db.Migration;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;
import sextant.segments.v1.Segment;

/// A segment-service as it is shipped, over a database of the test class's own that also has the
/// tables of the metrics-service. Tests keep apart by tenant: [#newTenant()].
public final class SegmentsExtension implements BeforeAllCallback, AfterAllCallback {

  private static final AtomicInteger TENANTS = new AtomicInteger();

  public final TestClock clock = TestClock.at("2026-03-16T14:30:00Z");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private EmbeddedDatabase database;
  private Channel channel;

  @Override
  public void beforeAll(ExtensionContext context) {
    database = EmbeddedDatabase.migrated("segments", SegmentsExtension::migrate);
    opened.add(database);
    String name = "segments-" + UUID.randomUUID();
    opened.add(
        SegmentsServer.start(
            new SegmentsConfig(
                new RpcServer.Binding("127.0.0.1", 0, name),
                database.config(SegmentsConfig.ROLE),
                List.of(MeshKey.BYTES),
                Duration.ZERO),
            clock));
    ManagedChannel opened = Channels.open("inprocess:" + name);
    this.opened.add(opened::shutdownNow);
    channel = opened;
    setDatabaseTime(clock.instant());
  }

  private static void migrate(EmbeddedDatabase fresh) {
    Migration.run(
        fresh.config("sextant_metrics"),
        "metrics",
        "filesystem:../metrics-service/src/main/resources/db/metrics",
        List.of("sextant_metrics", "sextant_segments", "sextant_journeys", "sextant_dashboard"));
    Migration.run(
        fresh.config(SegmentsConfig.ROLE),
        SegmentsConfig.SCHEMA,
        "classpath:db/segments",
        SegmentsConfig.GRANTED_ROLES);
  }

  public EmbeddedDatabase database() {
    return database;
  }

  /// Logs in as a role, with transactions that set the tenant.
  public Database login(String role) {
    Database login = Database.open(database.config(role), role);
    opened.add(login);
    return login;
  }

  /// Moves the time at which views are evaluated.
  public void setDatabaseTime(Instant now) {
    database.asOwner(
        owner ->
            owner.execute(
                "create or replace function segment_view.clock() returns timestamptz language sql"
                    + " stable parallel safe as $$ select timestamptz '"
                    + now
                    + "' $$"));
  }

  /// The view of a segment, read in SQL as the tenant: its customers in order.
  public List<String> members(Tenant tenant, Segment segment) {
    return database.asOwner(
        owner -> {
          owner.execute("set sextant.tenant = '" + tenant.id + "'");
          return owner
              .fetch("select customer_id from segment_view." + segment.getViewName())
              .getValues(0, String.class)
              .stream()
              .sorted()
              .toList();
        });
  }

  /// A tenant that nobody used yet.
  public String newTenant() {
    return "tenant-" + TENANTS.incrementAndGet();
  }

  /// A stub such as `SegmentsServiceGrpc::newBlockingStub`, calling for `tenant` with `role`.
  public <S extends AbstractStub<S>> S as(Function<Channel, S> stub, String tenant, Role role) {
    return MeshKey.as(stub.apply(channel), clock, tenant, role);
  }

  /// Everything an editor of `tenant` can do.
  public Tenant tenant() {
    return new Tenant(this, newTenant());
  }

  /// Ends what was started, the last first.
  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (AutoCloseable resource : opened.reversed()) {
      resource.close();
    }
  }
}
