package sextant.bench;

import io.grpc.ManagedChannel;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.RpcServer;
import sextant.segments.SegmentsConfig;
import sextant.segments.SegmentsServer;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.CreateSegmentRequest;
import sextant.segments.v1.DataType;
import sextant.segments.v1.DeleteSegmentRequest;
import sextant.segments.v1.RefreshSegmentRequest;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.v1.SchemasServiceGrpc;
import sextant.segments.v1.SchemasServiceGrpc.SchemasServiceBlockingStub;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentsServiceGrpc;
import sextant.segments.v1.SegmentsServiceGrpc.SegmentsServiceBlockingStub;

/// P10: creating and refreshing a segment with one join over a million customers and two million
/// orders, against the count that one would write by hand.
final class SegmentsBenchmark implements Benchmark {

  private static final String BASELINE =
      """
      select count(*) from segments_data.%s c
      where c.age > 40 and c.gender = 'F'
        and exists (select from segments_data.%s o where o.customer_id = c.id and o.total > 90)
      """;

  private Database database;
  private SchemasServiceBlockingStub schemas;
  private SegmentsServiceBlockingStub segments;
  private Schema customers;
  private Schema orders;

  @Override
  public void measure(Run run) throws Exception {
    try (Database started = Database.start();
        SegmentsServer server =
            SegmentsServer.start(
                new SegmentsConfig(
                    new RpcServer.Binding("127.0.0.1", 0, "segments"),
                    started.config(SegmentsConfig.ROLE),
                    List.of(Callers.MESH_KEY),
                    Duration.ZERO),
                InstantSource.system())) {
      database = started;
      ManagedChannel channel = Channels.open("127.0.0.1:" + server.port());
      schemas = Callers.as(SchemasServiceGrpc.newBlockingStub(channel), InstantSource.system());
      segments = Callers.as(SegmentsServiceGrpc.newBlockingStub(channel), InstantSource.system());
      prepare(run.size(1_000_000, 1_000));
      String count = BASELINE.formatted(customers.getTableName(), orders.getTableName());
      Segment refreshed = create();
      run.compare("segment with one join", "ms")
          .variant("count by hand", () -> milliseconds(() -> fetch(count)))
          .atMost(1.10, "create", this::createAndDelete)
          .atMost(1.10, "refresh", () -> milliseconds(() -> refresh(refreshed)))
          .run();
      channel.shutdownNow();
    }
  }

  private void prepare(int size) throws SQLException {
    System.out.printf("%,d customers, %,d orders%n", size, 2 * size);
    customers =
        schema(
            "customers",
            field("id", DataType.DATA_TYPE_TEXT),
            field("gender", DataType.DATA_TYPE_TEXT),
            field("age", DataType.DATA_TYPE_INTEGER));
    orders =
        schema(
            "orders",
            field("id", DataType.DATA_TYPE_BIGINT).toBuilder().setIsPrimaryKey(true).build(),
            field("customer_id", DataType.DATA_TYPE_TEXT),
            field("total", DataType.DATA_TYPE_NUMBER));
    database.execute(
        "insert into segments_data.%s select 'customer-' || n, case n %% 2 when 0 then 'F' else 'M' end, n * 7919 %% 80 from generate_series(1, %d::bigint) n"
            .formatted(customers.getTableName(), size));
    database.execute(
        "insert into segments_data.%s select n, 'customer-' || (n * 104729 %% %d + 1), n * 31 %% 100 from generate_series(1, %d::bigint) n"
            .formatted(orders.getTableName(), size, 2 * size));
    database.execute("vacuum analyze");
  }

  private Schema schema(String name, SchemaFieldInput... fields) {
    return schemas.createSchema(
        CreateSchemaRequest.newBuilder().setName(name).addAllFields(List.of(fields)).build());
  }

  private static SchemaFieldInput field(String name, DataType type) {
    return SchemaFieldInput.newBuilder().setName(name).setDataType(type).build();
  }

  private Segment create() {
    return segments.createSegment(
        CreateSegmentRequest.newBuilder()
            .setName("women above 40 with an order above 90")
            .setBaseSchemaId(customers.getId())
            .setJoins(
                """
                [{"schemaId": "%s", "leftField": "id", "rightField": "customer_id"}]"""
                    .formatted(orders.getId()))
            .setFilters(
                """
                [{"field": "age", "operator": ">", "value": 40},
                 {"field": "gender", "operator": "=", "value": "F"},
                 {"field": "orders.total", "operator": ">", "value": 90}]""")
            .build());
  }

  private double createAndDelete() throws Exception {
    long start = System.nanoTime();
    Segment created = create();
    double milliseconds = (System.nanoTime() - start) / 1e6;
    segments.deleteSegment(DeleteSegmentRequest.newBuilder().setId(created.getId()).build());
    return milliseconds;
  }

  private Segment refresh(Segment segment) {
    return segments.refreshSegment(
        RefreshSegmentRequest.newBuilder().setId(segment.getId()).build());
  }

  private long fetch(String sql) throws SQLException {
    try (var statement = database.owner().createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  private static double milliseconds(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e6;
  }
}
