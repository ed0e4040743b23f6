package sextant.gateway.json;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.gateway.json.shapes.Choice;
import sextant.gateway.json.shapes.Contract;
import sextant.gateway.json.shapes.Counts;
import sextant.gateway.json.shapes.Everything;
import sextant.gateway.json.shapes.Item;
import sextant.gateway.json.shapes.Known;
import sextant.gateway.json.shapes.Scalars;
import sextant.gateway.json.shapes.UpdateItem;
import sextant.kit.testing.Seeds;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.RecordInteractionsRequest;

class JsonReaderTest {
  private final Programs programs = new Programs();

  private Parsed parse(Message type, String json) {
    return programs
        .reader(type.getDescriptorForType())
        .read(json.getBytes(StandardCharsets.UTF_8), Set.of());
  }

  private Message read(Message type, String json) throws Exception {
    Parsed parsed = parse(type, json);
    assertThat(parsed.problems()).isEmpty();
    return type.getParserForType().parseFrom(parsed.wire());
  }

  private static FieldDescriptor field(Descriptor type, String name) {
    return type.findFieldByName(name);
  }

  @ParameterizedTest
  @CsvSource({
    "30, 30",
    "30.0, 30",
    "3e1, 30",
    "300E-1, 30",
    "0.3e+2, 30",
    "-0, 0",
    "-0.0, 0",
    "0e5, 0",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
    "9007199254740993, 9007199254740993",
    "9223372036854775807.000, 9223372036854775807",
    "1000000000000000000, 1000000000000000000",
    "922337203685477580.7e1, 9223372036854775807"
  })
  void integersMayBeWrittenInAnyWay(String json, long expected) throws Exception {
    assertThat(read(Scalars.getDefaultInstance(), "{\"int64Field\":" + json + "}"))
        .isEqualTo(Scalars.newBuilder().setInt64Field(expected).build());
  }

  @Test
  void unsignedIntegersReachTheirLimits() throws Exception {
    String json =
        """
        {"uint32Field":4294967295,"uint64Field":18446744073709551615,"fixed32Field":4294967295,
         "fixed64Field":1.8446744073709551615e19,"sint32Field":-2147483648,
         "sint64Field":-9223372036854775808,"sfixed32Field":-2147483648}""";
    assertThat(read(Scalars.getDefaultInstance(), json))
        .isEqualTo(
            Scalars.newBuilder()
                .setUint32Field(-1)
                .setUint64Field(-1)
                .setFixed32Field(-1)
                .setFixed64Field(-1)
                .setSint32Field(Integer.MIN_VALUE)
                .setSint64Field(Long.MIN_VALUE)
                .setSfixed32Field(Integer.MIN_VALUE)
                .build());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "12.50, 12.50",
    "1e2, 100",
    "1.5e1, 15",
    "-1.25e-3, -0.00125",
    "0.1, 0.1",
    "123456789012345678901234567890.123456789, 123456789012345678901234567890.123456789",
    "1E+20, 100000000000000000000"
  })
  void decimalsKeepTheirDigits(String json, String expected) throws Exception {
    assertThat(read(Contract.getDefaultInstance(), "{\"decimal\":" + json + "}"))
        .isEqualTo(Contract.newBuilder().setDecimal(expected).build());
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-31T10:00:00.000Z, 1769853600, 0",
    "2026-01-31T10:00:00Z, 1769853600, 0",
    "2026-01-31T10:00Z, 1769853600, 0",
    "2026-01-31T11:30:00+01:30, 1769853600, 0",
    "2026-01-31T02:00:00-08:00, 1769853600, 0",
    "2026-01-31T10:00:00.5Z, 1769853600, 500000000",
    "2026-01-31T10:00:00.123456789Z, 1769853600, 123456789",
    "2026-01-31T10:00:00.000000001-00:00, 1769853600, 1",
    "1969-12-31T23:59:59.25Z, -1, 250000000",
    "2024-02-29T00:00:00Z, 1709164800, 0",
    "0001-01-01T00:00:00Z, -62135596800, 0",
    "9999-12-31T23:59:59.999999999Z, 253402300799, 999999999"
  })
  void timestampsTakeAnyOffset(String text, long seconds, int nanos) throws Exception {
    assertThat(read(Known.getDefaultInstance(), "{\"timestamp\":\"" + text + "\"}"))
        .isEqualTo(
            Known.newBuilder()
                .setTimestamp(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos))
                .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026",
        "2026-01-31",
        "2026-01-31T10:00:00",
        "2026-01-31 10:00:00Z",
        "2026-01-31t10:00:00Z",
        "2026-01-31T10:00:00z",
        "2026-1-31T10:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T10:60:00Z",
        "2026-01-31T10:00:60Z",
        "2026-01-31T10:00:00.Z",
        "2026-01-31T10:00:00.1234567890Z",
        "2026-01-31T10:00:00,5Z",
        "2026-01-31T10:00:00+1:00",
        "2026-01-31T10:00:00+0100",
        "2026-01-31T10:00:00+19:00",
        "2026-01-31T10:00:00+01:60",
        "2026-01-31T10:00:00ZZ",
        "2026-01-31T10:00:00Z ",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "12026-01-31T10:00:00Z",
        "-2026-01-31T10:00:00Z",
        "2026-01-31T10:00:00+",
        "2026-01-31T10:00:00.5",
        "٢٠٢٦-01-31T10:00Z"
      })
  void whatIsNoInstantIsRefused(String text) {
    assertThat(parse(Known.getDefaultInstance(), "{\"timestamp\":\"" + text + "\"}").problems())
        .singleElement()
        .extracting(Problem::field)
        .isEqualTo("timestamp");
  }

  @Test
  void rawJsonIsKeptByteForByte() throws Exception {
    String object = "{ \"b\" : 1.10,\n\"a\":[12345678901234567890, \"\\u00e9é\"] }";
    for (String any : List.of("\"x\\ty\"", "-1.50e+3", "true", "false", "[ ]", object)) {
      String json = "{\"rawAny\": " + any + " ,\"rawObject\":" + object + ",\"rawArray\":[1 , 2]}";
      assertThat(read(Contract.getDefaultInstance(), json))
          .isEqualTo(
              Contract.newBuilder()
                  .setRawAny(any)
                  .setRawObject(object)
                  .setRawArray("[1 , 2]")
                  .build());
    }
  }

  @Test
  void rawScalarsMayEndTheDocumentsObject() throws Exception {
    assertThat(read(Contract.getDefaultInstance(), "{\"rawAny\":17}"))
        .isEqualTo(Contract.newBuilder().setRawAny("17").build());
    assertThat(read(Contract.getDefaultInstance(), "{\"rawAny\":17 \n}"))
        .isEqualTo(Contract.newBuilder().setRawAny("17").build());
  }

  @Test
  void aliasesAndOwnNamesAreKeys() throws Exception {
    Contract expected = Contract.newBuilder().setEventType("a").build();
    for (String key : List.of("eventType", "type", "kind")) {
      assertThat(read(Contract.getDefaultInstance(), "{\"" + key + "\":\"a\"}"))
          .isEqualTo(expected);
    }
    assertThat(read(Contract.getDefaultInstance(), "{\"_count\":{\"values\":3}}"))
        .isEqualTo(Contract.newBuilder().setCounts(Counts.newBuilder().setValues(3)).build());
  }

  @Test
  void aLoneElementIsAListOfOne() throws Exception {
    Contract expected =
        Contract.newBuilder().addItems(Item.newBuilder().setName("a")).addNumbers(7).build();
    assertThat(read(Contract.getDefaultInstance(), "{\"items\":{\"name\":\"a\"},\"numbers\":7}"))
        .isEqualTo(expected);
    assertThat(parse(Contract.getDefaultInstance(), "{\"numbers\":7}").loneElement()).isTrue();
    assertThat(parse(Contract.getDefaultInstance(), "{\"numbers\":[7]}").loneElement()).isFalse();
    assertThat(parse(Contract.getDefaultInstance(), "{}").loneElement()).isFalse();
  }

  @Test
  void nullMeansAbsentButIsPresent() throws Exception {
    Descriptor type = UpdateItem.getDescriptor();
    Parsed parsed =
        parse(
            UpdateItem.getDefaultInstance(),
            "{\"id\":\"i\",\"windowDays\":null,\"groupBy\":[],\"title\":\"t\"}");
    assertThat(parsed.problems()).isEmpty();
    assertThat(parsed.present())
        .containsExactlyInAnyOrder(
            field(type, "id"),
            field(type, "window_days"),
            field(type, "group_by"),
            field(type, "display_name"));
    assertThat(UpdateItem.parseFrom(parsed.wire()))
        .isEqualTo(
            UpdateItem.newBuilder()
                .setId("i")
                .setDisplayName("t")
                .setUpdateMask(
                    FieldMask.newBuilder()
                        .addPaths("id")
                        .addPaths("window_days")
                        .addPaths("group_by")
                        .addPaths("display_name"))
                .build());
  }

  @Test
  void emptyObjectsGiveAnEmptyMask() throws Exception {
    Parsed parsed = parse(UpdateItem.getDefaultInstance(), "{}");
    assertThat(parsed.present()).isEmpty();
    assertThat(UpdateItem.parseFrom(parsed.wire()).getUpdateMask().getPathsList()).isEmpty();
  }

  @Test
  void nullOfEveryFieldIsTheEmptyMessage() throws Exception {
    Scalars empty = Scalars.getDefaultInstance();
    StringBuilder json = new StringBuilder();
    for (FieldDescriptor field : Scalars.getDescriptor().getFields()) {
      json.append(json.isEmpty() ? "{" : ",").append('"').append(field.getJsonName());
      json.append("\":null");
    }
    assertThat(read(empty, json.append('}').toString())).isEqualTo(empty);
  }

  @Test
  void nullIsAValueOnlyForValue() throws Exception {
    Known known = (Known) read(Known.getDefaultInstance(), "{\"value\":null,\"list\":[null]}");
    assertThat(known.getValue().hasNullValue()).isTrue();
    assertThat(known.getList().getValues(0).hasNullValue()).isTrue();
    known = (Known) read(Known.getDefaultInstance(), "{\"structure\":null,\"int32Value\":null}");
    assertThat(known).isEqualTo(Known.getDefaultInstance());
  }

  @Test
  void defaultsThatAreGivenAreSet() throws Exception {
    Choice choice = (Choice) read(Choice.getDefaultInstance(), "{\"number\":0,\"text\":null}");
    assertThat(choice.hasNumber()).isTrue();
    assertThat(read(Item.getDefaultInstance(), "{\"windowDays\":0,\"inner\":{}}"))
        .isEqualTo(Item.newBuilder().setWindowDays(0).setInner(Item.getDefaultInstance()).build());
  }

  @Test
  void fieldsOfThePathMustNotComeInTheBody() {
    Descriptor type = UpdateItem.getDescriptor();
    Parsed parsed =
        programs
            .reader(type)
            .read(
                "{\"name\":\"n\",\"id\":\"other\"}".getBytes(StandardCharsets.UTF_8),
                Set.of(field(type, "id")));
    assertThat(parsed.problems())
        .containsExactly(new Problem("id", "must not be in the body, it is part of the path"));
  }

  @Test
  void aBodyCanBeOneField() throws Exception {
    Descriptor type = RecordInteractionsRequest.getDescriptor();
    JsonReader reader = programs.reader(type);
    FieldDescriptor events = field(type, "events");
    String event = "{\"type\":\"purchase\",\"customerId\":\"c\",\"value\":12.50}";
    RecordInteractionsRequest one =
        RecordInteractionsRequest.newBuilder()
            .addEvents(
                InteractionInput.newBuilder()
                    .setEventType("purchase")
                    .setCustomerId("c")
                    .setValue("12.50"))
            .build();

    Parsed list = reader.readField(utf8("[" + event + "]"), events);
    assertThat(RecordInteractionsRequest.parseFrom(list.wire())).isEqualTo(one);
    assertThat(list.loneElement()).isFalse();
    assertThat(list.present()).containsExactly(events);

    Parsed lone = reader.readField(utf8(event), events);
    assertThat(RecordInteractionsRequest.parseFrom(lone.wire())).isEqualTo(one);
    assertThat(lone.loneElement()).isTrue();

    assertThat(reader.readField(utf8("[{},{\"customer\":1}]"), events).problems())
        .singleElement()
        .extracting(Problem::field)
        .isEqualTo("events[1].customer");
    assertThat(reader.readField(utf8("{\"customer\":1}"), events).problems())
        .singleElement()
        .extracting(Problem::field)
        .isEqualTo("events[0].customer");
    assertThat(reader.readField(utf8("7"), events).problems())
        .containsExactly(new Problem("events[0]", "must be an object, was a number"));
    assertThat(reader.readField(utf8("[] []"), events).problems()).hasSize(1);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void hiddenFieldsCannotBeTheBody() {
    Descriptor type = Contract.getDescriptor();
    assertThatThrownBy(() -> programs.reader(type).readField(utf8("\"s\""), field(type, "secret")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longTextAndManyElementsFit() throws Exception {
    String text = "é".repeat(1_000_000);
    assertThat(read(Item.getDefaultInstance(), "{\"name\":\"" + text + "\"}"))
        .isEqualTo(Item.newBuilder().setName(text).build());
  }

  @Test
  void manyDifferentKeysFit() throws Exception {
    String members =
        IntStream.range(0, 300_000).mapToObj(i -> "\"key" + i + "\":1").collect(joining(","));
    String json = "{\"rawObject\":{" + members + "}}";
    assertThat(((Contract) read(Contract.getDefaultInstance(), json)).getRawObject())
        .isEqualTo("{" + members + "}");
  }

  @Test
  void lengthsOfEverySizeArePutInFront() throws Exception {
    for (int length : new int[] {0, 1, 126, 127, 128, 129, 16_383, 16_384, 16_385, 2_097_152}) {
      String text = "x".repeat(length);
      Item item = Item.newBuilder().setInner(Item.newBuilder().setName(text)).build();
      assertThat(read(item, "{\"inner\":{\"name\":\"" + text + "\"}}")).isEqualTo(item);
    }
  }

  @Test
  void brokenDocumentsAlwaysGetAnAnswer() {
    JsonReader reader = programs.reader(Everything.getDescriptor());
    Seeds.forEach(
        1_000,
        random -> {
          Message message =
              RandomMessages.readable(random).message(Everything.getDefaultInstance(), 2);
          byte[] json = utf8(ExpectedJson.of(message));
          for (int i = random.nextInt(4); i >= 0; i--) {
            json[random.nextInt(json.length)] =
                (byte)
                    (random.nextBoolean()
                        ? random.nextInt(256)
                        : "{}[]\",:0-e.n\\".charAt(random.nextInt(13)));
          }
          Parsed parsed = reader.read(json, Set.of());
          if (parsed.problems().isEmpty()) {
            Everything.parseFrom(parsed.wire());
          }
        });
  }
}
