package sextant.standalone.demo;

import java.util.List;
import java.util.stream.Collectors;
import sextant.journeys.v1.ChannelKind;
import sextant.journeys.v1.CreateJourneyRequest;
import sextant.journeys.v1.EnrollCustomersRequest;
import sextant.journeys.v1.Journey;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.JourneysServiceGrpc;
import sextant.journeys.v1.ListJourneysRequest;
import sextant.journeys.v1.UpdateJourneyRequest;
import sextant.journeys.v1.UpsertChannelRequest;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.ListMetricsRequest;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.CreateSegmentRequest;
import sextant.segments.v1.DataType;
import sextant.segments.v1.ListSchemasRequest;
import sextant.segments.v1.ListSegmentsRequest;
import sextant.segments.v1.RowsServiceGrpc;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.v1.SchemasServiceGrpc;
import sextant.segments.v1.SegmentStatus;
import sextant.segments.v1.SegmentsServiceGrpc;
import sextant.segments.v1.WriteMode;
import sextant.segments.v1.WriteRowsRequest;

/// What the demo defines on top of its facts: a customer table, metrics, segments and a journey.
/// Found by name, or made; the demo's tenant has few of each, so the first page has them all.
final class DemoDefinitions {

  private static final int PAGE = 100;
  private static final int ROWS_PER_CALL = 5_000;
  private static final int ENROLLED = 300;
  private static final String CHANNEL = "demo-log";

  private static final String JOURNEY =
      """
      {"nodes": [
         {"id": "in", "type": "entry_trigger", "config": {}},
         {"id": "premium", "type": "condition_split",
          "config": {"field": "tier", "operator": "eq", "value": "premium"}},
         {"id": "call", "type": "channel_action", "config": {"channel": "demo-log"}},
         {"id": "think", "type": "wait", "config": {"duration": 3, "unit": "days"}},
         {"id": "remind", "type": "channel_action", "config": {"channel": "demo-log"}},
         {"id": "out", "type": "exit", "config": {}}],
       "edges": [
         {"source": "in", "target": "premium"},
         {"source": "premium", "target": "call", "label": "true"},
         {"source": "premium", "target": "think", "label": "false"},
         {"source": "call", "target": "out"},
         {"source": "think", "target": "remind"},
         {"source": "remind", "target": "out"}]}
      """;

  private final DemoLoad.Mesh mesh;

  DemoDefinitions(DemoLoad.Mesh mesh) {
    this.mesh = mesh;
  }

  /// Returns the id of the schema.
  String customerTable(List<Customer> customers) {
    var schemas = mesh.stub("segments", SchemasServiceGrpc::newBlockingStub);
    String id =
        schemas
            .listSchemas(ListSchemasRequest.newBuilder().setLimit(PAGE).build())
            .getDataList()
            .stream()
            .filter(schema -> schema.getName().equals("customers"))
            .findFirst()
            .orElseGet(() -> schemas.createSchema(schema()))
            .getId();
    for (int start = 0; start < customers.size(); start += ROWS_PER_CALL) {
      mesh.stub("segments", RowsServiceGrpc::newBlockingStub)
          .writeRows(
              WriteRowsRequest.newBuilder()
                  .setSchemaId(id)
                  .setMode(WriteMode.WRITE_MODE_UPSERT)
                  .setRows(
                      customers.stream()
                          .skip(start)
                          .limit(ROWS_PER_CALL)
                          .map(Customer::row)
                          .collect(Collectors.joining(",", "[", "]")))
                  .build());
    }
    return id;
  }

  private static CreateSchemaRequest schema() {
    return CreateSchemaRequest.newBuilder()
        .setName("customers")
        .setDisplayName("Customers of the demo's bank")
        .addFields(field("customer_id", DataType.DATA_TYPE_TEXT).setIsPrimaryKey(true))
        .addFields(field("name", DataType.DATA_TYPE_TEXT))
        .addFields(field("city", DataType.DATA_TYPE_TEXT))
        .addFields(field("tier", DataType.DATA_TYPE_TEXT))
        .addFields(field("monthly_spend", DataType.DATA_TYPE_INTEGER))
        .addFields(field("joined_on", DataType.DATA_TYPE_DATE))
        .build();
  }

  private static SchemaFieldInput.Builder field(String name, DataType type) {
    return SchemaFieldInput.newBuilder().setName(name).setDataType(type);
  }

  /// Returns the id of the metric; computes it when nothing else does.
  String metric(
      String name, AggregateFunction function, String source, int windowDays, ComputeMode mode) {
    var metrics = mesh.stub("metrics", MetricsServiceGrpc::newBlockingStub);
    String id =
        metrics
            .listMetrics(ListMetricsRequest.newBuilder().setLimit(PAGE).build())
            .getDataList()
            .stream()
            .filter(metric -> metric.getName().equals(name))
            .findFirst()
            .orElseGet(
                () ->
                    metrics.createMetric(
                        CreateMetricRequest.newBuilder()
                            .setName(name)
                            .setAggregateFunction(function)
                            .setSourceField(source)
                            .setWindowDays(windowDays)
                            .setComputeMode(mode)
                            .build()))
            .getId();
    if (mode == ComputeMode.COMPUTE_MODE_BATCH) {
      metrics.computeMetric(ComputeMetricRequest.newBuilder().setId(id).build());
    }
    return id;
  }

  /// Returns the id of the segment.
  String segment(String name, String schemaId, String filter) {
    var segments = mesh.stub("segments", SegmentsServiceGrpc::newBlockingStub);
    return segments
        .listSegments(ListSegmentsRequest.newBuilder().setLimit(PAGE).build())
        .getDataList()
        .stream()
        .filter(segment -> segment.getName().equals(name))
        .findFirst()
        .orElseGet(
            () ->
                segments.createSegment(
                    CreateSegmentRequest.newBuilder()
                        .setName(name)
                        .setBaseSchemaId(schemaId)
                        .setStatus(SegmentStatus.SEGMENT_STATUS_ACTIVE)
                        .setFilters("[" + filter + "]")
                        .build()))
        .getId();
  }

  /// Returns the id of the journey, which runs and has customers in it.
  String journey(List<Customer> customers) {
    mesh.stub("journeys", sextant.journeys.v1.ChannelsServiceGrpc::newBlockingStub)
        .upsertChannel(
            UpsertChannelRequest.newBuilder()
                .setName(CHANNEL)
                .setKind(ChannelKind.CHANNEL_KIND_LOG)
                .build());
    var journeys = mesh.stub("journeys", JourneysServiceGrpc::newBlockingStub);
    Journey journey =
        journeys
            .listJourneys(ListJourneysRequest.newBuilder().setLimit(PAGE).build())
            .getDataList()
            .stream()
            .filter(found -> found.getName().equals("Gold Plus for everyone"))
            .findFirst()
            .orElseGet(
                () ->
                    journeys.createJourney(
                        CreateJourneyRequest.newBuilder()
                            .setName("Gold Plus for everyone")
                            .setDescription("Premium customers get a call, all others a reminder.")
                            .setDefinition(JOURNEY)
                            .build()));
    if (journey.getStatus() == JourneyStatus.JOURNEY_STATUS_DRAFT) {
      journeys.updateJourney(
          UpdateJourneyRequest.newBuilder()
              .setId(journey.getId())
              .setStatus(JourneyStatus.JOURNEY_STATUS_ACTIVE)
              .build());
    }
    journeys.enrollCustomers(
        EnrollCustomersRequest.newBuilder()
            .setId(journey.getId())
            .addAllCustomerIds(customers.stream().limit(ENROLLED).map(Customer::id).toList())
            .build());
    return journey.getId();
  }
}
