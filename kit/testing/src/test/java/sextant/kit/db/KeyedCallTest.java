package sextant.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.RpcServer;
import sextant.kit.rpc.Unary;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;
import sextant.kit.testing.TestClock;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceImplBase;

/// Same key, same answer, done once.
class KeyedCallTest {

  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("sextant-idempotency-key", Metadata.ASCII_STRING_MARSHALLER);

  /// Writes a note in one transaction and counts in another, as services do.
  private final class Notes extends MetricsServiceImplBase {

    private final AtomicInteger calls = new AtomicInteger();
    private volatile Consumer<String> between = _ -> {};

    @Override
    public void createMetric(CreateMetricRequest request, StreamObserver<Metric> out) {
      Unary.respond(
          out,
          () -> {
            String tenant = Caller.current().tenantId();
            database.inTenant(
                tenant,
                tx ->
                    tx.execute("insert into notes.note values (?, ?)", tenant, request.getName()));
            between.accept(request.getName());
            int count =
                database.acrossTenants(
                    tx -> tx.fetchOne("select count(*) from notes.note").get(0, int.class));
            return Metric.newBuilder()
                .setName(request.getName())
                .setId(count + " of call " + calls.incrementAndGet())
                .build();
          });
    }
  }

  private final TestClock clock = TestClock.at("2026-03-01T12:00:00Z");
  private final EmbeddedDatabase embedded =
      EmbeddedDatabase.migrated(
          "notes",
          fresh ->
              Migration.run(
                  fresh.config("sextant_notes"),
                  "notes",
                  "classpath:db/notes",
                  List.of("sextant_notes")));
  private final Database database = Database.open(embedded.config("sextant_notes"), "notes");
  private final Notes notes = new Notes();
  private RpcServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() {
    server =
        RpcServer.start(
            new RpcServer.Binding("127.0.0.1", 0, ""),
            MeshKey.tokens(clock),
            Optional.of(database),
            List.of(notes));
    channel = Channels.open("127.0.0.1:" + server.port());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    database.close();
    embedded.close();
  }

  private Metric create(String tenant, String key, String name) {
    Metadata headers = new Metadata();
    headers.put(KEY, key);
    MetricsServiceBlockingStub stub =
        MeshKey.as(MetricsServiceGrpc.newBlockingStub(channel), clock, tenant, Role.ROLE_ADMIN)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .withDeadlineAfter(20, TimeUnit.SECONDS);
    return stub.createMetric(
        CreateMetricRequest.newBuilder()
            .setName(name)
            .setAggregateFunctionValue(1)
            .setSourceField("click")
            .build());
  }

  private int stored(String table) {
    return embedded.asOwner(owner -> owner.fetchCount(DSL.table("notes." + table)));
  }

  @Test
  void aRepeatGetsTheFirstAnswerAndDoesNothing() {
    Metric first = create("acme", "k", "a");
    assertThat(first.getId()).isEqualTo("1 of call 1");
    assertThat(create("acme", "k", "a")).isEqualTo(first);
    assertThat(stored("note")).isOne();
    assertThat(create("acme", "other", "a").getId()).isEqualTo("2 of call 2");
    assertThat(create("umbrella", "k", "a").getId()).isEqualTo("3 of call 3");
  }

  @Test
  void theKeyIsForOneRequestOnly() {
    create("acme", "k", "a");
    assertRefused(ErrorReason.ERROR_REASON_KEY_REUSED, () -> create("acme", "k", "b"));
    assertThat(stored("note")).isOne();
  }

  @Test
  void whatFailedDidNothingAndMayBeTriedAgain() {
    notes.between =
        _ -> {
          throw ApiException.notFound("something", "later");
        };
    assertRefused(ErrorReason.ERROR_REASON_NOT_FOUND, () -> create("acme", "k", "a"));
    assertThat(stored("note")).isZero();
    notes.between = _ -> {};
    assertThat(create("acme", "k", "a").getId()).startsWith("1 of");
  }

  @Test
  void whileTheFirstIsUnderWayARepeatIsToldSo() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    notes.between =
        _ -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
          }
        };
    var first = CompletableFuture.supplyAsync(() -> create("acme", "k", "a"));
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertRefused(ErrorReason.ERROR_REASON_IN_PROGRESS, () -> create("acme", "k", "a"));
    go.countDown();
    Metric answer = first.join();
    assertThat(create("acme", "k", "a")).isEqualTo(answer);
  }

  @Test
  void answersAreKeptForADayAndNobodyCanReadThem() {
    create("acme", "k", "secret");
    byte[] kept =
        embedded.asOwner(
            owner ->
                owner.fetchOne("select answer from notes.idempotent_call").get(0, byte[].class));
    assertThat(new String(kept)).doesNotContain("secret");
    embedded.asOwner(
        owner ->
            owner.execute(
                "update notes.idempotent_call set answered_at = now() - interval '25 hours'"));
    assertThat(create("acme", "k", "other").getId()).isEqualTo("2 of call 2");
    assertThat(stored("idempotent_call")).isOne();
  }

  @Test
  void keysThatAreTooLongAreRefused() {
    assertRefused(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT, () -> create("acme", "k".repeat(256), "a"));
  }
}
