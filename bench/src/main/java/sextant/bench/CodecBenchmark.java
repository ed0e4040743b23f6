package sextant.bench;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
/// list of 20 metrics as a response, a metric to create and 50 interactions as requests. Ours and
/// the baseline take turns; the figures are medians over the rounds.
public final class CodecBenchmark {
  private static final int ROUNDS = 9;
  private static final long ROUND_NANOS = 400_000_000L;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Where results go, so that no call can be optimised away.
  private static volatile Object sink;

  private record Case(String name, int bytes, Callable<?> ours, Callable<?> baseline) {}

  private record Sample(double nanos, double bytes) {}

  private CodecBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    StringBuilder csv = new StringBuilder("case,json_bytes,ours_ns,base_ns,ratio,ours_b,base_b\n");
    System.out.printf(
        "%-22s %9s %10s %10s %6s %10s %10s%n",
        "case", "JSON B", "ours ns", "base ns", "ratio", "ours B/op", "base B/op");
    for (Case comparison : cases()) {
      Sample[] ours = new Sample[ROUNDS];
      Sample[] base = new Sample[ROUNDS];
      for (int round = -3; round < ROUNDS; round++) {
        Sample a = run(comparison.ours());
        Sample b = run(comparison.baseline());
        if (round >= 0) {
          ours[round] = a;
          base[round] = b;
        }
      }
      report(comparison, median(ours), median(base), csv);
    }
    Path file = Path.of("bench", "results", "codec.csv");
    Files.createDirectories(file.getParent());
    Files.writeString(file, csv);
    System.out.println("written to " + file);
  }

  private static void report(Case comparison, Sample ours, Sample base, StringBuilder csv) {
    double ratio = ours.nanos() / base.nanos();
    System.out.printf(
        "%-22s %9d %10.0f %10.0f %6.3f %10.0f %10.0f%n",
        comparison.name(),
        comparison.bytes(),
        ours.nanos(),
        base.nanos(),
        ratio,
        ours.bytes(),
        base.bytes());
    csv.append(
        String.format(
            Locale.ROOT,
            "%s,%d,%.0f,%.0f,%.4f,%.0f,%.0f%n",
            comparison.name(),
            comparison.bytes(),
            ours.nanos(),
            base.nanos(),
            ratio,
            ours.bytes(),
            base.bytes()));
  }

  /// Time is CPU time of this thread, so that other work on the machine counts less.
  private static Sample run(Callable<?> operation) throws Exception {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long start = THREADS.getCurrentThreadCpuTime();
    long elapsed = 0;
    long operations = 0;
    while (elapsed < ROUND_NANOS) {
      for (int i = 0; i < 200; i++) {
        sink = operation.call();
      }
      operations += 200;
      elapsed = THREADS.getCurrentThreadCpuTime() - start;
    }
    double bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    return new Sample((double) elapsed / operations, bytes / operations);
  }

  private static Sample median(Sample[] samples) {
    double[] nanos = Stream.of(samples).mapToDouble(Sample::nanos).sorted().toArray();
    double[] bytes = Stream.of(samples).mapToDouble(Sample::bytes).sorted().toArray();
    return new Sample(nanos[nanos.length / 2], bytes[bytes.length / 2]);
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
