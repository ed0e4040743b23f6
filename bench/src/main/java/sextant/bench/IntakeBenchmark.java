package sextant.bench;

import io.grpc.ManagedChannel;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;
import sextant.access.v1.Role;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RecordResponseRequest;

/// P5: intake of interactions, durable, deduplicated and rolled up, against COPY of the same rows
/// into the same table, and against single-row inserts by as many clients.
public final class IntakeBenchmark {

  private static final String TENANT = "bench";
  private static final byte[] MESH_KEY =
      "a mesh key for benchmarks".getBytes(StandardCharsets.UTF_8);
  private static final int BATCH = 500;
  private static final int BATCH_CALLERS = 8;
  private static final int BATCH_ROWS = 60_000;
  private static final int SINGLE_CALLERS = 64;
  private static final int SINGLE_ROWS = 20_000;
  private static final int ROUNDS = Integer.getInteger("rounds", 5);

  private static final AtomicLong KEYS = new AtomicLong(System.nanoTime());

  private final String jdbcUrl;
  private final InteractionsServiceBlockingStub network;
  private final InteractionsServiceBlockingStub inProcess;

  private IntakeBenchmark(
      String jdbcUrl,
      InteractionsServiceBlockingStub network,
      InteractionsServiceBlockingStub inProcess) {
    this.jdbcUrl = jdbcUrl;
    this.network = network;
    this.inProcess = inProcess;
  }

  public static void main(String[] arguments) throws Exception {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("shared_buffers", "1GB")
            .setServerConfig("max_wal_size", "8GB")
            .start()) {
      String jdbcUrl = postgres.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", "");
      MetricsConfig config =
          new MetricsConfig(
              new RpcServer.Binding("127.0.0.1", 0, "intake"),
              new DatabaseConfig(jdbcUrl, MetricsConfig.ROLE, "", "postgres", "", 16),
              List.of(MESH_KEY),
              Duration.ZERO);
      try (MetricsServer server = MetricsServer.start(config, InstantSource.system())) {
        ManagedChannel network = Channels.open("127.0.0.1:" + server.port());
        ManagedChannel inProcess = Channels.open("inprocess:intake");
        new IntakeBenchmark(jdbcUrl, stub(network), stub(inProcess)).run();
        network.shutdownNow();
        inProcess.shutdownNow();
      }
    }
  }

  private static InteractionsServiceBlockingStub stub(ManagedChannel channel) {
    return InteractionsServiceGrpc.newBlockingStub(channel)
        .withCallCredentials(
            new CallerTokens(List.of(MESH_KEY), InstantSource.system())
                .credentials(new Caller(TENANT, Role.ROLE_SERVICE, "bench", "bench")));
  }

  private void run() throws Exception {
    new Comparison("intake in batches of " + BATCH, "rows/s")
        .variant("COPY into the same table", this::copy)
        .variant("over TCP, " + BATCH_CALLERS + " callers", () -> batches(network, BATCH_CALLERS))
        .variant(
            "in process, " + BATCH_CALLERS + " callers", () -> batches(inProcess, BATCH_CALLERS))
        .variant("over TCP, 1 caller", () -> batches(network, 1))
        .run(ROUNDS);
    new Comparison("intake of single rows by " + SINGLE_CALLERS + " callers", "rows/s")
        .variant("pgbench single-row inserts", this::inserts)
        .variant("RecordInteractions over TCP", () -> singles(network))
        .variant("RecordInteractions in process", () -> singles(inProcess))
        .variant("RecordResponse over TCP", this::responses)
        .run(ROUNDS);
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
          TENANT,
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
    for (int row = 0; row < BATCH_ROWS; row++) {
      lines.append(Row.next().copyLine());
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    try (Connection connection = DriverManager.getConnection(jdbcUrl, "postgres", "")) {
      long start = System.nanoTime();
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("copy metrics.interaction from stdin", new ByteArrayInputStream(bytes));
      return BATCH_ROWS / seconds(start);
    }
  }

  private double batches(InteractionsServiceBlockingStub stub, int callers) throws Exception {
    List<RecordInteractionsRequest> requests = new ArrayList<>();
    for (int batch = 0; batch < BATCH_ROWS / BATCH; batch++) {
      RecordInteractionsRequest.Builder request = RecordInteractionsRequest.newBuilder();
      for (int row = 0; row < BATCH; row++) {
        request.addEvents(Row.next().input());
      }
      requests.add(request.build());
    }
    return BATCH
        * rate(callers, requests.size(), call -> stub.recordInteractions(requests.get(call)));
  }

  private static final String COLUMNS =
      """
      insert into metrics.interaction
        (tenant_id, customer_id, occurred_at, interaction_id, recorded_at, type, offer_id,
         channel_id, direction, is_impression, is_positive, is_negative, is_conversion, value,
         idempotency_key)
      """;

  /// By pgbench, or by a loop over JDBC where there is no pgbench.
  private double inserts() throws Exception {
    Path script = Files.createTempFile("insert", ".sql");
    Files.writeString(
        script,
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
            + "\n");
    Process pgbench;
    try {
      pgbench =
          new ProcessBuilder(
                  "pgbench",
                  "-n",
                  "-M",
                  "prepared",
                  "-c",
                  String.valueOf(SINGLE_CALLERS),
                  "-j",
                  "2",
                  "-t",
                  String.valueOf(SINGLE_ROWS / SINGLE_CALLERS),
                  "-f",
                  script.toString(),
                  "-d",
                  jdbcUrl.replace("jdbc:", "").replace("//", "//postgres@"))
              .redirectErrorStream(true)
              .start();
    } catch (IOException absent) {
      return insertsOverJdbc();
    }
    String report = new String(pgbench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher rate = Pattern.compile("tps = ([0-9.]+)").matcher(report);
    if (pgbench.waitFor() != 0 || !rate.find()) {
      throw new IllegalStateException("pgbench failed:\n" + report);
    }
    return Double.parseDouble(rate.group(1));
  }

  private double insertsOverJdbc() throws Exception {
    ConcurrentLinkedQueue<PreparedStatement> idle = new ConcurrentLinkedQueue<>();
    List<Connection> connections = new ArrayList<>();
    for (int caller = 0; caller < SINGLE_CALLERS; caller++) {
      Connection connection = DriverManager.getConnection(jdbcUrl, "postgres", "");
      connections.add(connection);
      idle.add(
          connection.prepareStatement(
              COLUMNS
                  + """
                  values ('bench', ?, now(), gen_random_uuid(), now(), 'purchase', ?, ?, 'inbound',
                    false, true, false, true, ?::numeric, ?)
                  """));
    }
    try {
      return rate(
          SINGLE_CALLERS,
          SINGLE_ROWS,
          call -> {
            PreparedStatement insert = idle.remove();
            Row row = Row.next();
            try {
              insert.setString(1, row.customer());
              insert.setString(2, row.offer());
              insert.setString(3, row.channel());
              insert.setString(4, row.value());
              insert.setString(5, row.key());
              insert.executeUpdate();
            } catch (SQLException failure) {
              throw new IllegalStateException(failure);
            }
            idle.add(insert);
          });
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private double singles(InteractionsServiceBlockingStub stub) throws Exception {
    return rate(
        SINGLE_CALLERS,
        SINGLE_ROWS,
        call ->
            stub.recordInteractions(
                RecordInteractionsRequest.newBuilder().addEvents(Row.next().input()).build()));
  }

  private double responses() throws Exception {
    return rate(
        SINGLE_CALLERS,
        SINGLE_ROWS,
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

  /// Calls per second of `callers` that share `calls` among them.
  private static double rate(int callers, int calls, IntConsumer call) throws Exception {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int caller = 0; caller < callers; caller++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int n = next.getAndIncrement(); n < calls; n = next.getAndIncrement()) {
                      call.accept(n);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return calls / seconds(start);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
