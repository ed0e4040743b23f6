package sextant.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.gateway.json.shapes.Contract;
import sextant.gateway.json.shapes.Counts;
import sextant.gateway.json.shapes.Item;
import sextant.gateway.json.shapes.Known;
import sextant.gateway.json.shapes.Lists;
import sextant.gateway.json.shapes.Scalars;
import sextant.gateway.json.shapes.TrafficLight;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.ListMetricsResponse;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricCounts;
import sextant.metrics.v1.MetricStatus;

class JsonWriterTest {
  private final Programs programs = new Programs();

  private String write(Message message) throws MalformedWireException {
    return text(writer(message).write(message.toByteArray()));
  }

  private JsonWriter writer(Message message) {
    return programs.writer(message.getDescriptorForType());
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  @Test
  void aMetricIsPrintedAsDocumented() throws Exception {
    ListMetricsResponse list =
        ListMetricsResponse.newBuilder()
            .addData(
                Metric.newBuilder()
                    .setId("metric_001")
                    .setName("Purchase \"frequency\"")
                    .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                    .setSourceField("purchase")
                    .addGroupByDimensions("channelId")
                    .setFilterConditions("{\"and\": [1.10, 12345678901234567890]}")
                    .setComputeMode(ComputeMode.COMPUTE_MODE_BATCH)
                    .setBatchIntervalMin(60)
                    .setStatus(MetricStatus.METRIC_STATUS_ACTIVE)
                    .setCounts(MetricCounts.newBuilder().setValues(4521))
                    .setCreatedAt(Timestamp.newBuilder().setSeconds(1_769_853_600)))
            .setTotal(1)
            .build();
    assertThat(write(list))
        .isEqualTo(
            """
            {"data":[{"id":"metric_001","name":"Purchase \\"frequency\\"","description":"",\
            "aggregateFunction":"count","sourceField":"purchase","windowDays":null,\
            "groupByDimensions":["channelId"],\
            "filterConditions":{"and": [1.10, 12345678901234567890]},"sqlFilter":null,\
            "computeMode":"batch","batchIntervalMin":60,"status":"active",\
            "_count":{"values":4521},"lastComputedAt":null,\
            "createdAt":"2026-01-31T10:00:00.000Z","updatedAt":null}],\
            "total":1,"hasMore":false,"cursor":null}""");
  }

  @Test
  void anEmptyMessageShowsWhatAbsenceLooksLike() throws Exception {
    assertThat(write(Contract.getDefaultInstance()))
        .isEqualTo(
            """
            {"decimal":0,"optionalDecimal":null,"decimals":[],"rawAny":null,"rawObject":null,\
            "rawArray":null,"eventType":"","items":[],"numbers":[],"_count":null,\
            "plainWithOmit":0,"explicitNull":null,"shown":null}""");
  }

  @Test
  void optionsOfTheContractShapeTheirFields() throws Exception {
    Contract contract =
        Contract.newBuilder()
            .setDecimal("123456789012345678.123456")
            .setOptionalDecimal("-0.10")
            .addDecimals("1e5")
            .addDecimals("")
            .setRawAny(" \"text\" ")
            .setRawObject("{\"a\":1.0}")
            .setRawArray("[]")
            .setSecret("s")
            .setHiddenMessage(Scalars.newBuilder().setInt32Field(1))
            .setCounts(Counts.newBuilder().setValues(Long.MAX_VALUE))
            .setOmittedNumber(0)
            .setOmittedItem(Item.getDefaultInstance())
            .addOmittedList("x")
            .putOmittedMap("k", "v")
            .setOmittedLight(TrafficLight.TRAFFIC_LIGHT_DEEP_GREEN)
            .setOmittedRaw("1")
            .build();
    assertThat(write(contract))
        .isEqualTo(
            """
            {"decimal":123456789012345678.123456,"optionalDecimal":-0.10,"decimals":[1e5,0],\
            "rawAny": "text" ,"rawObject":{"a":1.0},"rawArray":[],"eventType":"","items":[],\
            "numbers":[],"_count":{"values":9223372036854775807},"omittedNumber":0,\
            "omittedItem":{"name":"","windowDays":null,"inner":null},"omittedList":["x"],\
            "omittedMap":{"k":"v"},"omittedLight":"deep_green","omittedRaw":1,"plainWithOmit":0,\
            "explicitNull":null,"shown":null}""");
  }

  @Test
  void whatWouldBeNullIsOmittedToo() throws Exception {
    Contract contract =
        Contract.newBuilder()
            .setOmittedLight(TrafficLight.TRAFFIC_LIGHT_UNSPECIFIED)
            .setOmittedRaw("")
            .build();
    assertThat(write(contract)).isEqualTo(write(Contract.getDefaultInstance()));
  }

  @Test
  void aHiddenMemberOfAOneofStillReplacesTheOther() throws Exception {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    Contract.newBuilder().setShown(1).build().writeTo(wire);
    assertThat(text(writer(Contract.getDefaultInstance()).write(wire.toByteArray())))
        .endsWith("\"shown\":1}");
    Contract.newBuilder().setUnseen(2).build().writeTo(wire);
    assertThat(text(writer(Contract.getDefaultInstance()).write(wire.toByteArray())))
        .endsWith("\"shown\":null}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}}",
        "{} {}",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "01",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "-",
        "--1",
        "0x1",
        "NaN",
        "Infinity",
        "tru",
        "nulll",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u123\"",
        "\"\t\"",
        "\"\u0000\"",
        "// a\n1",
        "[1 2]",
        "[1",
        "{\"a\":1",
        "\uFEFF1",
        "1\u00A0"
      })
  void rawTextThatIsNotJsonIsNull(String raw) throws Exception {
    assertThat(write(Contract.newBuilder().setRawAny(raw).build())).contains("\"rawAny\":null,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " [ ] ",
        "0",
        "-0",
        "-0.0e-0",
        "1E+5",
        "12345678901234567890.00",
        "true",
        "false",
        "null",
        "\"\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\uD83d\"",
        "\"é😀\u007f\"",
        "{\"a\":{\"b\":[1,[2,{}]]},\"a\":null}",
        "\t\r\n{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }"
      })
  void rawJsonIsPrintedVerbatim(String raw) throws Exception {
    assertThat(write(Contract.newBuilder().setRawAny(raw).build()))
        .contains("\"rawAny\":" + raw + ",");
  }

  @Test
  void rawJsonMayNestAsDeepAsWhatIsRead() throws Exception {
    String deep = "[".repeat(64) + "]".repeat(64);
    assertThat(write(Contract.newBuilder().setRawAny(deep).build())).contains(deep);
    assertThat(write(Contract.newBuilder().setRawAny("[" + deep + "]").build()))
        .contains("\"rawAny\":null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "NaN", "1,5", "01", "1.", "+1", " 1", "0x10"})
  void decimalsThatAreNoNumbersAreNull(String decimal) throws Exception {
    assertThat(write(Contract.newBuilder().setDecimal(decimal).build()))
        .startsWith("{\"decimal\":null,");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1970-01-01T00:00:00.000Z",
    "0, 999999999, 1970-01-01T00:00:00.999Z",
    "-1, 1000000, 1969-12-31T23:59:59.001Z",
    "951782400, 0, 2000-02-29T00:00:00.000Z",
    "951868799, 0, 2000-02-29T23:59:59.000Z",
    "4107542400, 10000000, 2100-03-01T00:00:00.010Z",
    "-62135596800, 0, 0001-01-01T00:00:00.000Z",
    "253402300799, 999000000, 9999-12-31T23:59:59.999Z"
  })
  void timestampsHaveMillisecondsAndAZ(long seconds, int nanos, String expected) throws Exception {
    Timestamp timestamp = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    assertThat(write(timestamp)).isEqualTo('"' + expected + '"');
  }

  @ParameterizedTest
  @CsvSource({
    "-62135596801, 0",
    "253402300800, 0",
    "0, -1",
    "0, 1000000000",
    "9223372036854775807, 0"
  })
  void timestampsOutOfRangeAreMalformed(long seconds, int nanos) {
    Timestamp timestamp = Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build();
    assertThatThrownBy(() -> write(timestamp))
        .isInstanceOf(MalformedWireException.class)
        .hasMessage("timestamp out of range: %ds %dns", seconds, nanos);
  }

  @Test
  void oneFieldCanBeWrittenAlone() throws Exception {
    JsonWriter writer = writer(Contract.getDefaultInstance());
    Descriptor type = Contract.getDescriptor();
    byte[] wire =
        Contract.newBuilder()
            .addItems(Item.newBuilder().setName("a"))
            .addItems(Item.newBuilder().setName("b"))
            .addNumbers(7)
            .setSecret("s")
            .build()
            .toByteArray();
    assertThat(text(writer.writeField(wire, type.findFieldByName("numbers")))).isEqualTo("[7]");
    assertThat(text(writer.writeField(wire, type.findFieldByName("decimals")))).isEqualTo("[]");
    assertThat(text(writer.writeField(wire, type.findFieldByName("counts")))).isEqualTo("null");
    assertThat(text(writer.writeField(wire, type.findFieldByName("decimal")))).isEqualTo("0");
    assertThat(text(writer.writeField(wire, type.findFieldByName("omitted_list")))).isEqualTo("[]");
    assertThat(text(writer.writeFirstElement(wire, type.findFieldByName("items"))))
        .isEqualTo("{\"name\":\"a\",\"windowDays\":null,\"inner\":null}");
    assertThat(text(writer.writeFirstElement(wire, type.findFieldByName("numbers"))))
        .isEqualTo("7");
    assertThat(text(writer.writeFirstElement(wire, type.findFieldByName("decimals"))))
        .isEqualTo("null");
  }

  @Test
  void theFirstElementMayFollowAnEmptyRun() throws Exception {
    byte[] wire = {0x1a, 0, 0x1a, 2, 5, 6};
    JsonWriter writer = writer(Lists.getDefaultInstance());
    assertThat(
            text(
                writer.writeFirstElement(
                    wire, Lists.getDescriptor().findFieldByName("int32_field"))))
        .isEqualTo("5");
  }

  @Test
  void booleansAreReadOffTheWire() throws Exception {
    assertThat(JsonWriter.readBoolean(new byte[0], 13)).isFalse();
    byte[] wire = Scalars.newBuilder().setInt32Field(1).setBoolField(true).build().toByteArray();
    assertThat(JsonWriter.readBoolean(wire, 13)).isTrue();
    assertThat(JsonWriter.readBoolean(wire, 14)).isFalse();
    assertThat(JsonWriter.readBoolean(new byte[] {0x68, 1, 0x68, 0}, 13)).isFalse();
    assertThatThrownBy(() -> JsonWriter.readBoolean(new byte[] {0x68}, 13))
        .isInstanceOf(MalformedWireException.class);
  }

  /// The gateway may load the contract from a descriptor file, without any generated class.
  @Test
  void descriptorsLoadedAtRunTimeKeepTheirOptions() throws Exception {
    FileDescriptor file = Contract.getDescriptor().getFile();
    FileDescriptor loaded =
        FileDescriptor.buildFrom(
            FileDescriptorProto.parseFrom(file.toProto().toByteString()),
            file.getDependencies().toArray(FileDescriptor[]::new));
    Descriptor type = loaded.findMessageTypeByName("Contract");
    DynamicMessage message =
        DynamicMessage.newBuilder(type).setField(type.findFieldByName("decimal"), "1.5").build();
    assertThat(write(message)).startsWith("{\"decimal\":1.5,\"optionalDecimal\":null");
    assertThat(write(DynamicMessage.getDefaultInstance(type)))
        .isEqualTo(write(Contract.getDefaultInstance()));
  }

  @Test
  void durationsAreSecondsWithoutNeedlessZeros() throws Exception {
    Known known =
        Known.newBuilder()
            .setDuration(com.google.protobuf.Duration.newBuilder().setNanos(-1_500_000))
            .build();
    assertThat(write(known)).contains("\"duration\":\"-0.0015s\"");
  }

  @Test
  void manyThreadsShareAProgram() throws Exception {
    Scalars[] messages =
        IntStream.range(0, 200)
            .mapToObj(i -> Scalars.newBuilder().setStringField("s".repeat(i * 100)).build())
            .toArray(Scalars[]::new);
    JsonWriter writer = writer(messages[0]);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> tasks =
          IntStream.range(0, 2_000)
              .<Callable<String>>mapToObj(
                  i -> () -> text(writer.write(messages[i % 200].toByteArray())))
              .toList();
      List<Future<String>> written = threads.invokeAll(tasks);
      for (int i = 0; i < written.size(); i++) {
        assertThat(written.get(i).get()).isEqualTo(ExpectedJson.of(messages[i % 200]));
      }
    }
  }

  @Test
  void outputGrowsAsNeeded() throws Exception {
    String escaped = "\u0001".repeat(2_000_000);
    Scalars message = Scalars.newBuilder().setStringField(escaped).build();
    assertThat(write(message)).contains('"' + "\\u0001".repeat(2_000_000) + '"');
  }
}
