package sextant.bench;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.postgresql.PGConnection;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.InteractionsServiceGrpc.InteractionsServiceBlockingStub;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.metrics.v1.RecordResponseRequest;

/// P5: intake of interactions, durable, deduplicated, rolled up and counted in a realtime metric,
/// against COPY of the same rows into the same table, and against single-row inserts by as many
/// clients.
final class IntakeBenchmark implements Benchmark {

  private static final int BATCH = 500;
  private static final int BATCH_CALLERS = 8;
  private static final int SINGLE_CALLERS = 64;

  private Database database;
  private InteractionsServiceBlockingStub network;
  private InteractionsServiceBlockingStub inProcess;
  private int batchRows;
  private int singleRows;

  @Override
  public void measure(Run run) throws Exception {
    batchRows = run.size(120, 1) * BATCH;
    singleRows = run.size(20_000, SINGLE_CALLERS);
    try (LoadedMetrics service = LoadedMetrics.start(InstantSource.system())) {
      database = service.database();
      network = service.overTcp();
      inProcess = service.inProcess();
      service.spent(30, ComputeMode.COMPUTE_MODE_REALTIME);
      compare(run);
    }
  }

  private void compare(Run run) throws Exception {
    run.compare("intake in batches of " + BATCH, "rows/s")
        .variant("COPY into the same table", this::copy)
        .atLeast(
            0.35,
            "over TCP, " + BATCH_CALLERS + " callers",
            () -> Arrival.rate(network, BATCH_CALLERS, batchRows, BATCH))
        .variant(
            "in process, " + BATCH_CALLERS + " callers",
            () -> Arrival.rate(inProcess, BATCH_CALLERS, batchRows, BATCH))
        .variant("over TCP, 1 caller", () -> Arrival.rate(network, 1, batchRows, BATCH))
        .run();
    run.compare("intake of single rows by " + SINGLE_CALLERS + " callers", "rows/s")
        .variant("pgbench single-row inserts", this::inserts)
        .atLeast(0.5, "RecordInteractions over TCP", () -> singles(network))
        .variant("RecordInteractions in process", () -> singles(inProcess))
        .variant("RecordResponse over TCP", this::responses)
        .run();
  }

  private double copy() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < batchRows; row++) {
      lines.append(Arrival.next().copyLine());
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
                RecordInteractionsRequest.newBuilder().addEvents(Arrival.next().input()).build()));
  }

  private double responses() throws Exception {
    return Callers.rate(
        SINGLE_CALLERS,
        singleRows,
        call -> {
          Arrival row = Arrival.next();
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
