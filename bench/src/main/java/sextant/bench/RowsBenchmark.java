package sextant.bench;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.StringReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.segments.SegmentsConfig;
import sextant.segments.SegmentsServer;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.DataType;
import sextant.segments.v1.RowsServiceGrpc;
import sextant.segments.v1.RowsServiceGrpc.RowsServiceStub;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.v1.SchemasServiceGrpc;
import sextant.segments.v1.StreamRowsRequest;
import sextant.segments.v1.StreamRowsResponse;
import sextant.segments.v1.WriteMode;

/// Rows of a customer table over gRPC client streaming, JSON checked value by value and each
/// message durable when acknowledged, against COPY of the same rows into the same table.
final class RowsBenchmark implements Benchmark {

  private static final int MESSAGE_ROWS = 5_000;
  private static final int MESSAGES_AHEAD = 8;

  private final List<StreamRowsRequest> messages = new ArrayList<>();
  private final StringBuilder copied = new StringBuilder();
  private Database database;
  private RowsServiceStub rows;
  private Schema schema;
  private int size;

  @Override
  public void measure(Run run) throws Exception {
    try (Database started = Database.start();
        SegmentsServer server =
            SegmentsServer.start(
                new SegmentsConfig(
                    new RpcServer.Binding("127.0.0.1", 0, "rows"),
                    started.config(SegmentsConfig.ROLE),
                    List.of(Callers.MESH_KEY),
                    Duration.ZERO),
                InstantSource.system())) {
      database = started;
      // Over TCP, as an import comes in.
      ManagedChannel channel = Channels.open("127.0.0.1:" + server.port());
      rows = Callers.as(RowsServiceGrpc.newStub(channel), InstantSource.system());
      schema =
          Callers.as(SchemasServiceGrpc.newBlockingStub(channel), InstantSource.system())
              .createSchema(
                  CreateSchemaRequest.newBuilder()
                      .setName("customers")
                      .addFields(field("id", DataType.DATA_TYPE_TEXT))
                      .addFields(field("gender", DataType.DATA_TYPE_TEXT))
                      .addFields(field("age", DataType.DATA_TYPE_INTEGER))
                      .addFields(field("income", DataType.DATA_TYPE_NUMBER))
                      .addFields(field("became_member_on", DataType.DATA_TYPE_DATE))
                      .build());
      size = run.size(1_000_000, 1_000);
      prepare();
      run.compare("rows of five fields, all new", "rows/s")
          .variant("COPY, one transaction", this::copy)
          .atLeast(0.5, "the service, insert", () -> stream(true))
          .run();
      run.compare("rows that are there", "rows/s")
          .variant("COPY into an empty table", this::copy)
          .variant("the service, upsert", () -> stream(false))
          .run();
      channel.shutdownNow();
    }
  }

  private static SchemaFieldInput field(String name, DataType type) {
    return SchemaFieldInput.newBuilder().setName(name).setDataType(type).build();
  }

  private void prepare() {
    System.out.printf("%,d rows%n", size);
    StringBuilder json = new StringBuilder();
    for (int n = 0; n < size; n++) {
      // Ids like those of real files, in no order.
      String id = "%016x".formatted(n * 0x9E3779B97F4A7C15L);
      String gender = n % 3 == 0 ? "F" : "M";
      int age = 18 + n % 80;
      int income = 30_000 + n % 90 * 1_000;
      String day = "20%02d-%02d-%02d".formatted(10 + n % 15, 1 + n % 12, 1 + n % 28);
      copied.append("%s\t%s\t%d\t%d\t%s\n".formatted(id, gender, age, income, day));
      json.append(json.isEmpty() ? '[' : ',')
          .append(
              "{\"gender\": \"%s\", \"age\": %d, \"id\": \"%s\", \"became_member_on\": \"%s\", \"income\": %d}"
                  .formatted(gender, age, id, day, income));
      if ((n + 1) % MESSAGE_ROWS == 0 || n + 1 == size) {
        messages.add(
            StreamRowsRequest.newBuilder()
                .setSequence(messages.size())
                .setSchemaId(schema.getId())
                .setMode(WriteMode.WRITE_MODE_UPSERT)
                .setRows(json.append(']').toString())
                .build());
        json.setLength(0);
      }
    }
  }

  private double copy() throws Exception {
    empty();
    long start = System.nanoTime();
    database
        .owner()
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "copy segments_data." + schema.getTableName() + " from stdin",
            new StringReader(copied.toString()));
    return size / ((System.nanoTime() - start) / 1e9);
  }

  private double stream(boolean empty) throws Exception {
    if (empty) {
      empty();
    }
    Semaphore window = new Semaphore(MESSAGES_AHEAD);
    CompletableFuture<Void> ended = new CompletableFuture<>();
    long start = System.nanoTime();
    StreamObserver<StreamRowsRequest> requests = rows.streamRows(new Answers(window, ended));
    for (StreamRowsRequest message : messages) {
      while (!window.tryAcquire(1, TimeUnit.SECONDS)) {
        if (ended.isCompletedExceptionally()) {
          ended.get();
        }
      }
      requests.onNext(message);
    }
    requests.onCompleted();
    ended.get();
    return size / ((System.nanoTime() - start) / 1e9);
  }

  private record Answers(Semaphore window, CompletableFuture<Void> ended)
      implements StreamObserver<StreamRowsResponse> {

    @Override
    public void onNext(StreamRowsResponse written) {
      if (written.getRejectedCount() > 0 || written.getSkipped() > 0) {
        ended.completeExceptionally(new IllegalStateException("not all written: " + written));
      }
      window.release();
    }

    @Override
    public void onError(Throwable failure) {
      ended.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      ended.complete(null);
    }
  }

  private void empty() throws Exception {
    database.execute("truncate segments_data." + schema.getTableName());
  }
}
