package sextant.bench.soak;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import sextant.bench.soak.JourneySoak.Report;
import sextant.bench.soak.JourneySoak.Settings;
import sextant.journeys.v1.ChannelKind;
import sextant.journeys.v1.ChannelsServiceGrpc;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.JourneysServiceGrpc;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.journeys.v1.UpsertChannelRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.DataType;
import sextant.segments.v1.RowsServiceGrpc;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.v1.SchemasServiceGrpc;
import sextant.segments.v1.WriteMode;
import sextant.segments.v1.WriteRowsRequest;

/// One run of the soak: customers enter and move while a thread destroys what it can.
final class SoakRun {

  private static final int BATCH = 1_000;

  /// Of so many customers one does what a wait is waiting for.
  private static final int BUYERS = 10;

  private static final String DEFINITION =
      """
      {"nodes": [
         {"id": "in", "type": "entry_trigger"},
         {"id": "pause", "type": "wait", "config": {"duration": 4, "unit": "seconds", "waitForEvent": "purchase"}},
         {"id": "plan", "type": "condition_split", "config": {"field": "plan", "operator": "eq", "value": "pro"}},
         {"id": "mail", "type": "channel_action", "config": {"channel": "email"}},
         {"id": "rest", "type": "wait", "config": {"duration": 3, "unit": "seconds"}},
         {"id": "push", "type": "channel_action", "config": {"channel": "push"}},
         {"id": "out", "type": "exit"}],
       "edges": [
         {"source": "in", "target": "pause"},
         {"source": "pause", "target": "plan"},
         {"source": "plan", "target": "mail", "label": "true"},
         {"source": "plan", "target": "push", "label": "false"},
         {"source": "mail", "target": "rest"},
         {"source": "rest", "target": "push"},
         {"source": "push", "target": "out"}]}
      """;

  private final Settings settings;
  private final CrashingPostgres postgres;
  private final SoakMesh mesh;
  private final HostileReceiver receiver;
  private int kills;
  private int crashes;
  private volatile Exception chaosFailure;

  SoakRun(Settings settings, CrashingPostgres postgres, SoakMesh mesh, HostileReceiver receiver) {
    this.settings = settings;
    this.postgres = postgres;
    this.mesh = mesh;
    this.receiver = receiver;
  }

  Report run() throws Exception {
    long start = System.nanoTime();
    writeCustomers();
    String journey = runningJourney();
    Thread chaos = Thread.ofPlatform().name("chaos").start(this::destroy);
    boolean entered = false;
    try {
      enroll(journey);
      entered = true;
    } finally {
      if (!entered) {
        chaos.interrupt();
      }
      chaos.join();
    }
    receiver.hostile = false;
    List<String> faults = new ArrayList<>();
    if (chaosFailure != null) {
      faults.add("nothing was destroyed any more: " + chaosFailure);
    }
    if (!comesToRest()) {
      faults.add("not at rest after " + settings.patience());
    }
    try (Connection owner = postgres.asOwner()) {
      faults.addAll(SoakInvariants.violations(owner));
      faults.addAll(lost(owner));
    }
    return new Report(
        kills,
        crashes,
        receiver.attempts.get(),
        receiver.repeated.get(),
        Duration.ofNanos(System.nanoTime() - start),
        faults);
  }

  private static String customer(int number) {
    return "customer-" + number;
  }

  private void writeCustomers() throws InterruptedException {
    String schema =
        mesh.call(
            "segments",
            SchemasServiceGrpc::newBlockingStub,
            stub ->
                stub.createSchema(
                        CreateSchemaRequest.newBuilder()
                            .setName("customers")
                            .addFields(
                                SchemaFieldInput.newBuilder()
                                    .setName("customer_id")
                                    .setDataType(DataType.DATA_TYPE_TEXT)
                                    .setIsPrimaryKey(true))
                            .addFields(
                                SchemaFieldInput.newBuilder()
                                    .setName("plan")
                                    .setDataType(DataType.DATA_TYPE_TEXT))
                            .build())
                    .getId());
    for (int from = 0; from < settings.enrollments(); from += BATCH) {
      StringBuilder rows = new StringBuilder();
      for (int number : numbers(from)) {
        rows.append(rows.isEmpty() ? "[" : ",")
            .append(
                "{\"customer_id\":\"%s\",\"plan\":\"%s\"}"
                    .formatted(customer(number), number % 2 == 0 ? "pro" : "free"));
      }
      WriteRowsRequest request =
          WriteRowsRequest.newBuilder()
              .setSchemaId(schema)
              .setMode(WriteMode.WRITE_MODE_UPSERT)
              .setRows(rows.append("]").toString())
              .build();
      mesh.call("segments", RowsServiceGrpc::newBlockingStub, stub -> stub.writeRows(request));
    }
  }

  private int[] numbers(int from) {
    return IntStream.range(from, Math.min(from + BATCH, settings.enrollments())).toArray();
  }

  private String runningJourney() throws InterruptedException {
    for (String channel : List.of("email", "push")) {
      mesh.call(
          "journeys",
          ChannelsServiceGrpc::newBlockingStub,
          stub ->
              stub.upsertChannel(
                  UpsertChannelRequest.newBuilder()
                      .setName(channel)
                      .setKind(ChannelKind.CHANNEL_KIND_WEBHOOK)
                      .setUrl(receiver.url())
                      .setSecret("a secret of the soak")
                      .setTimeoutMs(1_000)
                      .setMaxAttempts(50)
                      .build()));
    }
    String journey =
        mesh.call(
            "journeys",
            JourneysServiceGrpc::newBlockingStub,
            stub ->
                stub.createJourney(
                        CreateJourneyRequest.newBuilder()
                            .setName("soak")
                            .setDefinition(DEFINITION)
                            .build())
                    .getId());
    mesh.call(
        "journeys",
        JourneysServiceGrpc::newBlockingStub,
        stub ->
            stub.updateJourney(
                UpdateJourneyRequest.newBuilder()
                    .setId(journey)
                    .setStatus(JourneyStatus.JOURNEY_STATUS_ACTIVE)
                    .build()));
    return journey;
  }

  /// Spread over most of the chaos. Whoever enrolls twice, because the answer was lost, is skipped.
  private void enroll(String journey) throws InterruptedException {
    long pause = settings.chaos().toMillis() * BATCH / settings.enrollments() * 7 / 10;
    for (int from = 0; from < settings.enrollments(); from += BATCH) {
      EnrollCustomersRequest.Builder customers = EnrollCustomersRequest.newBuilder().setId(journey);
      RecordInteractionsRequest.Builder events = RecordInteractionsRequest.newBuilder();
      for (int number : numbers(from)) {
        customers.addCustomerIds(customer(number));
        if (number % BUYERS == 0) {
          events.addEvents(
              InteractionInput.newBuilder()
                  .setEventType("purchase")
                  .setCustomerId(customer(number))
                  .setIdempotencyKey("purchase-" + number));
        }
      }
      mesh.call(
          "journeys",
          JourneysServiceGrpc::newBlockingStub,
          stub -> stub.enrollCustomers(customers.build()));
      mesh.call(
          "metrics",
          InteractionsServiceGrpc::newBlockingStub,
          stub -> stub.recordInteractions(events.build()));
      Thread.sleep(pause);
    }
  }

  /// One process after the other, then PostgreSQL, and again.
  private void destroy() {
    long end = System.nanoTime() + settings.chaos().toNanos();
    List<ServiceProcess> victims = mesh.processes().reversed();
    try {
      for (int turn = 0; System.nanoTime() < end; turn++) {
        Thread.sleep(settings.interval());
        int victim = turn % (victims.size() + 1);
        if (victim == 1) {
          postgres.crash();
          crashes++;
        } else {
          victims.get(victim == 0 ? 0 : victim - 1).kill();
          kills++;
        }
      }
    } catch (InterruptedException | IOException | RuntimeException failure) {
      chaosFailure = failure;
    }
  }

  private boolean comesToRest() throws SQLException, InterruptedException {
    long end = System.nanoTime() + settings.patience().toNanos();
    while (System.nanoTime() < end) {
      try (Connection owner = postgres.asOwner()) {
        if (SoakInvariants.count(
                owner,
                "(select 1 from journeys.enrollment where state = 'active' limit 1) union all"
                    + " (select 1 from journeys.delivery where state = 'pending' limit 1)")
            == 0) {
          return true;
        }
      }
      Thread.sleep(200);
    }
    return false;
  }

  private List<String> lost(Connection owner) throws SQLException {
    List<String> faults = new ArrayList<>();
    expect(
        faults,
        "completed",
        settings.enrollments(),
        SoakInvariants.count(owner, "select from journeys.enrollment where state = 'completed'"));
    expect(
        faults,
        "delivered",
        settings.enrollments() + (settings.enrollments() + 1) / 2,
        SoakInvariants.count(owner, "select from journeys.delivery where state = 'delivered'"));
    expect(faults, "visits with a second key", 0, receiver.secondKeys.get());
    Set<String> missing = keys(owner);
    expect(faults, "keys accepted", missing.size(), receiver.accepted().size());
    missing.removeAll(receiver.accepted());
    expect(faults, "deliveries that never arrived", 0, missing.size());
    return faults;
  }

  private static void expect(List<String> faults, String what, long wanted, long found) {
    if (wanted != found) {
      faults.add("%s: %,d instead of %,d".formatted(what, found, wanted));
    }
  }

  private static Set<String> keys(Connection owner) throws SQLException {
    Set<String> keys = new HashSet<>();
    try (Statement statement = owner.createStatement();
        ResultSet rows = statement.executeQuery("select delivery_id from journeys.delivery")) {
      while (rows.next()) {
        keys.add(rows.getString(1));
      }
    }
    return keys;
  }
}
