package sextant.bench;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.curioswitch.common.protobuf.json.MessageMarshaller;
import sextant.gateway.json.JsonReader;
import sextant.gateway.json.JsonWriter;
import sextant.gateway.json.Programs;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.ListMetricsResponse;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricCounts;
import sextant.metrics.v1.MetricStatus;
import sextant.metrics.v1.RecordInteractionsRequest;

/// The gateway's JSON codec against protobuf-jackson, which is what Armeria's transcoding uses: a
/// list of 20 metrics as a response, a metric to create and 50 interactions as requests. Time is
/// CPU time of the measuring thread, so that other work on the machine counts less.
final class CodecBenchmark implements Benchmark {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Where results go, so that no call can be optimised away.
  private static volatile Object sink;

  private record Case(String name, int bytes, Callable<?> ours, Callable<?> baseline) {}

  @Override
  public void measure(Run run) throws Exception {
    long roundNanos = run.duration(Duration.ofMillis(400)).toNanos();
    for (Case one : cases()) {
      String name = "%s, %,d bytes of JSON".formatted(one.name(), one.bytes());
      Callable<Double> ours = () -> cpuNanos(one.ours(), roundNanos);
      for (int warmUp = 0; warmUp < 2; warmUp++) {
        ours.call();
        cpuNanos(one.baseline(), roundNanos);
      }
      Comparison time =
          run.compare(name, "ns")
              .variant("protobuf-jackson", () -> cpuNanos(one.baseline(), roundNanos));
      if (one.name().equals("response")) {
        time.atMost(0.25, "the gateway's codec", ours).run();
      } else {
        time.variant("the gateway's codec", ours).run();
      }
      run.compare(name, "bytes allocated")
          .variant("protobuf-jackson", () -> allocated(one.baseline()))
          .variant("the gateway's codec", () -> allocated(one.ours()))
          .run();
    }
  }

  private static double cpuNanos(Callable<?> operation, long roundNanos) throws Exception {
    long start = THREADS.getCurrentThreadCpuTime();
    long elapsed = 0;
    long operations = 0;
    while (elapsed < roundNanos) {
      for (int i = 0; i < 200; i++) {
        sink = operation.call();
      }
      operations += 200;
      elapsed = THREADS.getCurrentThreadCpuTime() - start;
    }
    return (double) elapsed / operations;
  }

  private static double allocated(Callable<?> operation) throws Exception {
    long start = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 200; i++) {
      sink = operation.call();
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - start) / 200.0;
  }

  private static List<Case> cases() throws Exception {
    MessageMarshaller marshaller =
        MessageMarshaller.builder()
            .omittingInsignificantWhitespace(true)
            .includingDefaultValueFields(true)
            .register(ListMetricsResponse.getDefaultInstance())
            .register(CreateMetricRequest.getDefaultInstance())
            .register(RecordInteractionsRequest.getDefaultInstance())
            .build();
    Programs programs = new Programs();

    ListMetricsResponse list = metrics();
    byte[] listWire = list.toByteArray();
    JsonWriter listWriter = programs.writer(ListMetricsResponse.getDescriptor());
    byte[] listJson = listWriter.write(listWire);

    JsonReader createReader = programs.reader(CreateMetricRequest.getDescriptor());
    byte[] create = utf8(createJson("count", "batch"));
    byte[] createBase = utf8(createJson("AGGREGATE_FUNCTION_COUNT", "COMPUTE_MODE_BATCH"));

    JsonReader eventsReader = programs.reader(RecordInteractionsRequest.getDescriptor());
    byte[] events = utf8(eventsJson("12.5", "outbound"));
    byte[] eventsBase = utf8(eventsJson("\"12.5\"", "DIRECTION_OUTBOUND"));
    check(createReader, create);
    check(eventsReader, events);

    return List.of(
        new Case(
            "response",
            listJson.length,
            () -> listWriter.write(listWire),
            () -> marshaller.writeValueAsBytes(ListMetricsResponse.parseFrom(listWire))),
        new Case(
            "response, no parsing",
            listJson.length,
            () -> listWriter.write(listWire),
            () -> marshaller.writeValueAsBytes(list)),
        new Case(
            "request create",
            create.length,
            () -> createReader.read(create, Set.of()),
            () -> parse(marshaller, createBase, CreateMetricRequest.newBuilder())),
        new Case(
            "request 50 events",
            events.length,
            () -> eventsReader.read(events, Set.of()),
            () -> parse(marshaller, eventsBase, RecordInteractionsRequest.newBuilder())));
  }

  /// What a gateway has to do with JSON: make the message and serialise it for the service.
  private static byte[] parse(MessageMarshaller marshaller, byte[] json, Message.Builder builder)
      throws IOException {
    marshaller.mergeValue(json, builder);
    return builder.build().toByteArray();
  }

  private static void check(JsonReader reader, byte[] json) {
    if (!reader.read(json, Set.of()).problems().isEmpty()) {
      throw new IllegalStateException("the benchmark's own request is wrong");
    }
  }

  private static ListMetricsResponse metrics() {
    ListMetricsResponse.Builder list = ListMetricsResponse.newBuilder();
    for (int i = 0; i < 20; i++) {
      list.addData(
          Metric.newBuilder()
              .setId("01890a5d-ac96-774b-bcce-b302099a80" + (10 + i))
              .setName("Purchase frequency " + i)
              .setDescription("Number of purchases in the last 30 days")
              .setAggregateFunction(AggregateFunction.forNumber(1 + i % 5))
              .setSourceField("purchase")
              .setWindowDays(30 + i)
              .addAllGroupByDimensions(i % 2 == 0 ? List.of() : List.of("channelId", "offerId"))
              .setComputeMode(ComputeMode.COMPUTE_MODE_BATCH)
              .setBatchIntervalMin(60)
              .setStatus(MetricStatus.METRIC_STATUS_ACTIVE)
              .setCounts(MetricCounts.newBuilder().setValues(4521L * i))
              .setLastComputedAt(instant(i))
              .setCreatedAt(instant(100 * i))
              .setUpdatedAt(instant(200 * i)));
    }
    return list.setTotal(20).build();
  }

  private static Timestamp instant(int minutes) {
    return Timestamp.newBuilder()
        .setSeconds(1_767_225_600L + 60L * minutes)
        .setNanos(minutes % 1_000 * 1_000_000)
        .build();
  }

  private static String createJson(String function, String mode) {
    return """
        {"name":"Purchase frequency","description":"Number of purchases in the last 30 days",\
        "aggregateFunction":"%s","sourceField":"purchase","windowDays":30,\
        "groupByDimensions":["channelId","offerId"],"computeMode":"%s","batchIntervalMin":60}"""
        .formatted(function, mode);
  }

  private static String eventsJson(String value, String direction) {
    String event =
        """
        {"eventType":"purchase","customerId":"customer-000042","timestamp":"2026-01-31T10:00:00.123Z",\
        "value":%s,"offerId":"off_001","channelId":"ch_email","direction":"%s",\
        "idempotencyKey":"01890a5d-ac96-774b-bcce-b302099a8057"}"""
            .formatted(value, direction);
    String[] events = new String[50];
    Arrays.fill(events, event);
    return "{\"events\":[" + String.join(",", events) + "]}";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
