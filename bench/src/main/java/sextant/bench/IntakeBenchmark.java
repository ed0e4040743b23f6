package sextant.bench;

import io.grpc.ManagedChannel;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.PGConnection;
import sextant.kit.rpc.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RecordResponseRequest;

/// P5: intake of interactions, durable, deduplicated, rolled up and counted in a realtime metric,
/// against COPY of the same rows into the same table, and against single-row inserts by as many
/// clients.
final class IntakeBenchmark implements Benchmark {

  private static final int BATCH = 500;
  private static final int BATCH_CALLERS = 8;
  private static final int SINGLE_CALLERS = 64;
  private static final AtomicLong KEYS = new AtomicLong(System.nanoTime());

  private Database database;
  private InteractionsServiceBlockingStub network;
  private InteractionsServiceBlockingStub inProcess;
  private int batchRows;
  private int singleRows;

  @Override
  public void measure(Run run) throws Exception {
    batchRows = run.size(120, 1) * BATCH;
    singleRows = run.size(20_000, SINGLE_CALLERS);
    try (Database started = Database.start();
        MetricsServer server =
            MetricsServer.start(
                new MetricsConfig(
                    new RpcServer.Binding("127.0.0.1", 0, "intake"),
                    started.config(MetricsConfig.ROLE),
                    List.of(Callers.MESH_KEY),
                    Duration.ZERO),
                InstantSource.system())) {
      database = started;
      ManagedChannel tcp = Channels.open("127.0.0.1:" + server.port());
      ManagedChannel near = Channels.open("inprocess:intake");
      network = stub(tcp);
      inProcess = stub(near);
      countPurchases(near);
      compare(run);
      tcp.shutdownNow();
      near.shutdownNow();
    }
  }

  private static InteractionsServiceBlockingStub stub(ManagedChannel channel) {
    return Callers.as(InteractionsServiceGrpc.newBlockingStub(channel), InstantSource.system());
  }

  private static void countPurchases(ManagedChannel channel) {
    Callers.as(MetricsServiceGrpc.newBlockingStub(channel), InstantSource.system())
        .createMetric(
            CreateMetricRequest.newBuilder()
                .setName("spent")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
                .setSourceField("purchase")
                .setWindowDays(30)
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .build());
  }

  private void compare(Run run) throws Exception {
    run.compare("intake in batches of " + BATCH, "rows/s")
        .variant("COPY into the same table", this::copy)
        .atLeast(
            0.35, "over TCP, " + BATCH_CALLERS + " callers", () -> batches(network, BATCH_CALLERS))
        .variant(
            "in process, " + BATCH_CALLERS + " callers", () -> batches(inProcess, BATCH_CALLERS))
        .variant("over TCP, 1 caller", () -> batches(network, 1))
        .run();
    run.compare("intake of single rows by " + SINGLE_CALLERS + " callers", "rows/s")
        .variant("pgbench single-row inserts", this::inserts)
        .atLeast(0.5, "RecordInteractions over TCP", () -> singles(network))
        .variant("RecordInteractions in process", () -> singles(inProcess))
        .variant("RecordResponse over TCP", this::responses)
        .run();
  }

  private record Row(
      String customer,
      String type,
      Instant at,
      String offer,
      String channel,
      String value,
      String key) {

    static Row next() {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      return new Row(
          "CUST" + random.nextInt(100_000),
          random.nextInt(4) == 0 ? "purchase" : "impression",
          Instant.now().minusSeconds(random.nextInt(86_400)),
          "off_" + random.nextInt(20),
          "ch_" + random.nextInt(4),
          random.nextInt(100_000) / 100 + "." + random.nextInt(10, 100),
          "key-" + KEYS.incrementAndGet());
    }

    InteractionInput input() {
      InteractionInput.Builder input =
          InteractionInput.newBuilder()
              .setCustomerId(customer)
              .setEventType(type)
              .setOfferId(offer)
              .setChannelId(channel)
              .setValue(value)
              .setIdempotencyKey(key);
      input.getTimestampBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano());
      return input.build();
    }

    String copyLine() {
      return String.join(
          "\t",
          Callers.TENANT,
          customer,
          at.toString(),
          UUID.randomUUID().toString(),
          at.toString(),
          type,
          offer,
          "\\N",
          channel,
          "inbound",
          "f",
          "t",
          "f",
          "t",
          value,
          "\\N",
          "\\N",
          key,
          "\\N",
          "\\N\n");
    }
  }

  private double copy() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < batchRows; row++) {
      lines.append(Row.next().copyLine());
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    long start = System.nanoTime();
    database
        .owner()
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn("copy metrics.interaction from stdin", new ByteArrayInputStream(bytes));
    return batchRows / seconds(start);
  }

  private double batches(InteractionsServiceBlockingStub stub, int callers) throws Exception {
    List<RecordInteractionsRequest> requests = new ArrayList<>();
    for (int batch = 0; batch < batchRows / BATCH; batch++) {
      RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
      for (int row = 0; row < BATCH; row++) {
        request.addEvents(Row.next().input());
      }
      requests.add(request.build());
    }
    return BATCH
        * Callers.rate(
            callers, requests.size(), call -> stub.recordInteractions(requests.get(call)));
  }

  private static final String COLUMNS =
      """
      insert into metrics.interaction
        (tenant_id, customer_id, occurred_at, interaction_id, recorded_at, type, offer_id,
         channel_id, direction, is_impression, is_positive, is_negative, is_conversion, value,
         idempotency_key)
      """;

  private double inserts() throws Exception {
    return database.pgbench(
        """
        \\set customer random(1, 100000)
        \\set offer random(1, 20)
        \\set channel random(1, 4)
        \\set cents random(1, 100000)
        \\set key random(1, 9000000000000000000)
        """
            + (COLUMNS
                    + """
                    values ('bench', 'CUST' || :customer, now(), gen_random_uuid(), now(),
                      'purchase', 'off_' || :offer, 'ch_' || :channel, 'inbound', false, true,
                      false, true, :cents / 100.0, 'random-' || :key);
                    """)
                .replace('\n', ' ')
            + "\n",
        SINGLE_CALLERS,
        singleRows / SINGLE_CALLERS);
  }

  private double singles(InteractionsServiceBlockingStub stub) throws Exception {
    return Callers.rate(
        SINGLE_CALLERS,
        singleRows,
        call ->
            stub.recordInteractions(
                RecordInteractionsRequest.newBuilder().addEvents(Row.next().input()).build()));
  }

  private double responses() throws Exception {
    return Callers.rate(
        SINGLE_CALLERS,
        singleRows,
        call -> {
          Row row = Row.next();
          network.recordResponse(
              RecordResponseRequest.newBuilder()
                  .setCustomerId(row.customer())
                  .setOutcome(row.type())
                  .setOfferId(row.offer())
                  .setChannelId(row.channel())
                  .setConversionValue(row.value())
                  .setIdempotencyKey(row.key())
                  .build());
        });
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
