package sextant.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.RecordInteractionsRequest;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.CreateSegmentRequest;
import sextant.segments.v1.DataType;
import sextant.segments.v1.RowsServiceGrpc;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.v1.SchemasServiceGrpc;
import sextant.segments.v1.SegmentsServiceGrpc;
import sextant.segments.v1.WriteMode;
import sextant.segments.v1.WriteRowsRequest;

/// How soon one customer is out, of a hundred thousand who wait in a journey for weeks, after what
/// an exit rule asks for has become true of him: he did something, is in a segment, has an
/// attribute or a metric.
final class ExitsBenchmark implements Benchmark {

  private static final String FLOW =
      """
      {"nodes": [
         {"id": "in", "type": "entry_trigger"},
         {"id": "wait", "type": "wait", "config": {"delayHours": 400}},
         {"id": "out", "type": "exit"}],
       "edges": [{"source": "in", "target": "wait"}, {"source": "wait", "target": "out"}]}
      """;
  private static final String RULES =
      """
      [{"event": "unsubscribed"}, {"segmentId": "%s", "when": "enters"},
       {"condition": {"field": "plan", "operator": "eq", "value": "cancelled"}},
       {"condition": {"field": "metric.complaints", "operator": "gte", "value": 1}}]
      """;

  private JourneyMesh mesh;
  private String schema;
  private int next;

  @Override
  public void measure(Run run) throws Exception {
    int customers = run.size(100, 1) * JourneyMesh.BATCH;
    try (Database database = Database.start();
        JourneyMesh opened =
            new JourneyMesh(database, Duration.ofMillis(200), InstantSource.system())) {
      mesh = opened;
      prepare(customers);
      run.compare("leaving a journey with %,d inside, target <= 1 s".formatted(customers), "s")
          .variant("event", () -> untilOut(customer -> happens(customer, "unsubscribed")))
          .variant("segment", () -> untilOut(customer -> write(customer, customer + 1, "gone")))
          .variant(
              "attribute", () -> untilOut(customer -> write(customer, customer + 1, "cancelled")))
          .variant("metric", () -> untilOut(customer -> happens(customer, "complaint")))
          .run();
    }
  }

  private interface Change {
    void of(int customer);
  }

  private double untilOut(Change change) throws Exception {
    double inside = mesh.number(JourneyMesh.INSIDE);
    long start = System.nanoTime();
    change.of(next++);
    mesh.awaitNone("select (%s) - %.0f + 1".formatted(JourneyMesh.INSIDE, inside));
    return (System.nanoTime() - start) / 1e9;
  }

  private void prepare(int customers) throws SQLException, InterruptedException {
    schema =
        mesh.calling("segments", SchemasServiceGrpc::newBlockingStub)
            .createSchema(
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
            .getId();
    String segment =
        mesh.calling("segments", SegmentsServiceGrpc::newBlockingStub)
            .createSegment(
                CreateSegmentRequest.newBuilder()
                    .setName("gone")
                    .setBaseSchemaId(schema)
                    .setFilters("[{\"field\": \"plan\", \"operator\": \"=\", \"value\": \"gone\"}]")
                    .build())
            .getId();
    mesh.calling("metrics", MetricsServiceGrpc::newBlockingStub)
        .createMetric(
            CreateMetricRequest.newBuilder()
                .setName("complaints")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                .setSourceField("complaint")
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .build());
    String journey =
        mesh.running(
            CreateJourneyRequest.newBuilder()
                .setDefinition(FLOW)
                .setExitRules(RULES.formatted(segment)));
    for (int from = 0; from < customers; from += JourneyMesh.BATCH) {
      write(from, from + JourneyMesh.BATCH, "free");
      mesh.journeys().enrollCustomers(JourneyMesh.enrollment(journey, from));
    }
    mesh.awaitNone(
        "select sum(entered) - coalesce(sum(reached) filter (where node_id = 'wait'), 0)"
            + " from journeys.node_count");
  }

  private void write(int from, int to, String plan) {
    StringBuilder rows = new StringBuilder();
    for (int number = from; number < to; number++) {
      rows.append(rows.isEmpty() ? "[" : ",")
          .append("{\"customer_id\":\"customer-%d\",\"plan\":\"%s\"}".formatted(number, plan));
    }
    mesh.calling("segments", RowsServiceGrpc::newBlockingStub)
        .writeRows(
            WriteRowsRequest.newBuilder()
                .setSchemaId(schema)
                .setMode(WriteMode.WRITE_MODE_UPSERT)
                .setRows(rows.append("]").toString())
                .build());
  }

  private void happens(int customer, String type) {
    mesh.calling("metrics", InteractionsServiceGrpc::newBlockingStub)
        .recordInteractions(
            RecordInteractionsRequest.newBuilder()
                .addEvents(
                    InteractionInput.newBuilder()
                        .setEventType(type)
                        .setCustomerId("customer-" + customer)
                        .setIdempotencyKey(type + "-" + customer))
                .build());
  }
}
