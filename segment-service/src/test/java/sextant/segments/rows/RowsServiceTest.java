package sextant.segments.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.kit.testing.RpcAssertions.assertRefused;
import static sextant.segments.Tenant.field;
import static sextant.segments.Tenant.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.errors.v1.ErrorReason;
import sextant.kit.testing.Seeds;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.FieldStats;
import sextant.segments.v1.GetStatsRequest;
import sextant.segments.v1.GetStatsResponse;
import sextant.segments.v1.ListRowsRequest;
import sextant.segments.v1.ListRowsResponse;
import sextant.segments.v1.Schema;
import sextant.segments.v1.WriteRowsRequest;
import sextant.segments.v1.WriteRowsResponse;
import sextant.segments.value.Json;

class RowsServiceTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private final Tenant tenant = service.tenant();

  private Schema everyType() {
    return tenant.schemas.createSchema(
        CreateSchemaRequest.newBuilder()
            .setName("every type")
            .addFields(field("id:bigint"))
            .addFields(field("text:text"))
            .addFields(field("short:varchar").toBuilder().setLength(3))
            .addFields(field("int:integer"))
            .addFields(field("big:bigint"))
            .addFields(field("dec:decimal").toBuilder().setPrecision(10).setScale(2))
            .addFields(field("num:number"))
            .addFields(field("float:float"))
            .addFields(field("bool:boolean"))
            .addFields(field("date:date"))
            .addFields(field("time:timestamp"))
            .addFields(field("doc:json"))
            .build());
  }

  @Test
  void valuesOfEveryTypeSurvive() {
    Schema schema = everyType();
    String full =
        """
        [{"id":9007199254740993,"text":"a \\"b\\" \\\\ 'c' ö 名 😀 \\n,{}[]NULL","short":"äöü",\
        "int":-2147483648,"big":9223372036854775807,"dec":15200.50,\
        "num":123456789012345678901234567890.123456789012345678901234567890,"float":1.1,"bool":false,\
        "date":"2024-02-29","time":"2026-03-16T14:30:00.000Z","doc":{"b":1.10,"a":[1e2,null,"\\u00e9"]}},\
        {"id":9007199254740994,"text":"","short":null,"int":null,"big":null,"dec":null,"num":null,\
        "float":null,"bool":null,"date":null,"time":"0001-01-01T00:00:00.000001Z","doc":null}]""";

    assertThat(tenant.insert(schema, full.replace("'c'", "c")).getInserted()).isEqualTo(2);

    assertThat(rows(schema)).isEqualTo(full.replace("'c'", "c"));
  }

  @Test
  void valuesAreReadInAllTheirLegalForms() {
    Schema schema = everyType();
    tenant.insert(
        schema,
        """
        [{"id":1e3,"int":3.0,"dec":1.50000,"num":1E+2,"float":100,"date":"20240229",
          "time":"2026-03-16T16:30:00.5+02:00","doc":[ 1 , {"x" : "y"} ]},
         {"id":2,"time":"2026-03-16 14:30:00","float":0.1e-5,"doc":"text"},
         {"id":3,"time":"2026-03-16","float":1e22,"doc":12.50},
         {"id":4,"time":"20260316","float":-0.0,"doc":true}]""");

    assertThat(rows(schema))
        .isEqualTo(
            "["
                + "{\"id\":2,\"text\":null,\"short\":null,\"int\":null,\"big\":null,\"dec\":null,"
                + "\"num\":null,\"float\":0.000001,\"bool\":null,\"date\":null,"
                + "\"time\":\"2026-03-16T14:30:00.000Z\",\"doc\":\"text\"},"
                + "{\"id\":3,\"text\":null,\"short\":null,\"int\":null,\"big\":null,\"dec\":null,"
                + "\"num\":null,\"float\":1.0E22,\"bool\":null,\"date\":null,"
                + "\"time\":\"2026-03-16T00:00:00.000Z\",\"doc\":12.50},"
                + "{\"id\":4,\"text\":null,\"short\":null,\"int\":null,\"big\":null,\"dec\":null,"
                + "\"num\":null,\"float\":0,\"bool\":null,\"date\":null,"
                + "\"time\":\"2026-03-16T00:00:00.000Z\",\"doc\":true},"
                + "{\"id\":1000,\"text\":null,\"short\":null,\"int\":3,\"big\":null,\"dec\":1.50,"
                + "\"num\":100,\"float\":100,\"bool\":null,\"date\":\"2024-02-29\","
                + "\"time\":\"2026-03-16T14:30:00.500Z\",\"doc\":[ 1 , {\"x\" : \"y\"} ]}"
                + "]");
  }

  @Test
  void everyBadValueIsNamed() {
    Schema schema = everyType();
    String rows =
        """
        [{"id":1,"text":"fine"},
         {"id":"1","text":5,"short":"long","int":2147483648,"big":9223372036854775808,"dec":123456789.1,
          "num":"1","float":1e400,"bool":"true","date":"2023-02-29","time":"yesterday","other":1},
         {"text":"no key"},
         {"id":null,"int":1.5,"dec":1.234,"float":1e-400,"date":{},"time":"2026-03-16T14:30:00.1234567Z"},
         7,
         {"id":2,"id":3,"text":"\\u0000","short":"\\ud800"}]""";

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT, () -> tenant.insert(schema, rows))
                .fields())
        .containsExactly(
            "rows[1].id: must be an integer, was a string",
            "rows[1].text: must be a string, was a number",
            "rows[1].short: must have at most 3 characters",
            "rows[1].int: must be an integer from -2147483648 to 2147483647",
            "rows[1].big: must be an integer from -9223372036854775808 to 9223372036854775807",
            "rows[1].dec: must have at most 8 digits before and 2 after the point",
            "rows[1].num: must be a number, was a string",
            "rows[1].float: must fit a 64-bit floating point number",
            "rows[1].bool: must be true or false, was a string",
            "rows[1].date: must be a date such as \"2026-03-16\", was \"2023-02-29\"",
            "rows[1].time: must be a timestamp such as \"2026-03-16T14:30:00Z\", was \"yesterday\"",
            "rows[1].other: is not a field of the schema, which has id, text, short, int, big, dec,"
                + " num, float, bool, date, time, doc",
            "rows[2].id: is required",
            "rows[3].int: must be an integer from -2147483648 to 2147483647",
            "rows[3].dec: must have at most 8 digits before and 2 after the point",
            "rows[3].float: must fit a 64-bit floating point number",
            "rows[3].date: must be a date such as \"2026-03-16\", was an object",
            "rows[3].time: must have at most 6 digits of fractional seconds",
            "rows[3].id: must not be null",
            "rows[4]: must be an object",
            "rows[5].id: is there twice",
            "rows[5].text: must not contain the character U+0000",
            "rows[5].short: must be valid Unicode, has half a surrogate pair");
    assertThat(rows(schema)).isEqualTo("[]");
  }

  @Test
  void whatIsNoArrayOfRowsIsRefused() {
    Schema schema = tenant.schema("strict", "id:text");
    Map.of(
            "{}", "must be an array of objects",
            "[]", "must have at least one row",
            "[{'id':'1'}", "is not valid JSON",
            "[{'id':'1'}] []", "must be a single array",
            "[{'id':01}]", "is not valid JSON",
            "nothing", "is not valid JSON")
        .forEach(
            (text, message) ->
                assertThat(
                        assertRefused(
                                ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                                () -> tenant.insert(schema, text))
                            .fields())
                    .singleElement()
                    .asString()
                    .startsWith("rows: " + message));
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () -> tenant.insert(schema, "[" + "{},".repeat(5000) + "{}]"))
                .fields())
        .containsExactly("rows: must have at most 5000 rows");
  }

  @Test
  void insertKeepsWhatIsThere() {
    Schema schema = tenant.schema("kept", "id:text", "n:integer");

    WriteRowsResponse written =
        tenant.insert(schema, "[{'id':'b','n':1},{'id':'a'},{'n':2,'id':'b'}]");
    assertThat(written)
        .isEqualTo(
            WriteRowsResponse.newBuilder()
                .setInserted(2)
                .setSkipped(1)
                .setTableName(schema.getTableName())
                .build());
    assertThat(tenant.insert(schema, "[{'id':'a','n':9},{'id':'c','n':3}]").getInserted())
        .isEqualTo(1);
    assertThat(rows(schema))
        .isEqualTo(json("[{'id':'a','n':null},{'id':'b','n':1},{'id':'c','n':3}]"));
  }

  @Test
  void upsertReplacesWhatIsMentionedAndNothingElse() {
    Schema schema =
        tenant.schemas.createSchema(
            CreateSchemaRequest.newBuilder()
                .setName("upserted")
                .addFields(field("id:integer"))
                .addFields(field("a:text").toBuilder().setDefaultValue("\"new\""))
                .addFields(field("b:text"))
                .build());
    tenant.insert(schema, "[{'id':1,'a':'x','b':'y'},{'id':2}]");

    WriteRowsResponse written =
        tenant.upsert(
            schema,
            "[{'id':1,'b':'z'},{'id':2,'a':null},{'id':3,'b':'p'},{'id':3,'a':'q'},{'id':4}]");

    assertThat(written.getInserted()).isEqualTo(2);
    assertThat(written.getUpdated()).isEqualTo(3);
    assertThat(written.getSkipped()).isZero();
    assertThat(rows(schema))
        .isEqualTo(
            json(
                "[{'id':1,'a':'x','b':'z'},{'id':2,'a':null,'b':null},"
                    + "{'id':3,'a':'q','b':'p'},{'id':4,'a':'new','b':null}]"));
  }

  @Test
  void uniqueFieldsSkipInsertsAndRefuseUpserts() {
    Schema schema =
        tenant.schemas.createSchema(
            CreateSchemaRequest.newBuilder()
                .setName("unique")
                .addFields(field("id:text"))
                .addFields(field("email:text").toBuilder().setIsUnique(true))
                .build());
    assertThat(
            tenant
                .insert(
                    schema, "[{'id':'1','email':'a'},{'id':'2','email':'a'},{'id':'3'},{'id':'4'}]")
                .getSkipped())
        .isEqualTo(1);

    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_ALREADY_EXISTS,
                    () -> tenant.upsert(schema, "[{'id':'5'},{'id':'3','email':'a'}]"))
                .message())
        .contains("email");
    assertThat(rows(schema))
        .isEqualTo(
            json("[{'id':'1','email':'a'},{'id':'3','email':null},{'id':'4','email':null}]"));
  }

  @Test
  void requiredFieldsAndDefaults() {
    Schema schema =
        tenant.schemas.createSchema(
            CreateSchemaRequest.newBuilder()
                .setName("defaults")
                .addFields(field("id:text"))
                .addFields(field("name:text:required"))
                .addFields(
                    field("n:number:required").toBuilder()
                        .setDefaultValue("12345678901234567890.5"))
                .addFields(field("d:date").toBuilder().setDefaultValue("\"2026-01-01\""))
                .addFields(
                    field("t:timestamp").toBuilder().setDefaultValue("\"2026-01-01T10:00:00Z\""))
                .addFields(field("b:boolean").toBuilder().setDefaultValue("true"))
                .addFields(field("q:text").toBuilder().setDefaultValue("\"it's \\\"\\\\\""))
                .addFields(field("j:json").toBuilder().setDefaultValue("{\"a\": \"'\"}"))
                .build());

    tenant.rows.writeRows(
        WriteRowsRequest.newBuilder()
            .setSchemaId(schema.getId())
            .setRows("[{\"id\":\"1\",\"name\":\"x\"},{\"id\":\"2\",\"name\":\"x\",\"d\":null}]")
            .build());

    assertThat(rows(schema))
        .startsWith(
            "[{\"id\":\"1\",\"name\":\"x\",\"n\":12345678901234567890.5,\"d\":\"2026-01-01\","
                + "\"t\":\"2026-01-01T10:00:00.000Z\",\"b\":true,\"q\":\"it's \\\"\\\\\","
                + "\"j\":{\"a\": \"'\"}},{\"id\":\"2\",\"name\":\"x\",\"n\":12345678901234567890.5,\"d\":null");
    assertThat(
            assertRefused(
                    ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
                    () -> tenant.upsert(schema, "[{'id':'1'},{'id':'2','name':null,'n':null}]"))
                .fields())
        .containsExactly(
            "rows[0].name: is required",
            "rows[1].name: must not be null",
            "rows[1].n: must not be null");
  }

  @Test
  void pagesAreOrderedByKey() {
    Schema schema = tenant.schema("paged", "id:integer");
    StringBuilder rows = new StringBuilder("[");
    for (int id = 120; id > 0; id--) {
      rows.append("{\"id\":").append(id).append(id > 1 ? "}," : "}]");
    }
    tenant.insert(schema, rows.toString());
    ListRowsRequest.Builder request = ListRowsRequest.newBuilder().setSchemaId(schema.getId());

    assertThat(tenant.rows.listRows(request.clone().setLimit(2).setOffset(100).build()))
        .isEqualTo(
            ListRowsResponse.newBuilder()
                .setTotal(120)
                .setLimit(2)
                .setOffset(100)
                .setRows(json("[{'id':101},{'id':102}]"))
                .build());
    assertThat(tenant.rows.listRows(request.build()).getRows()).endsWith(json("{'id':50}]"));
    assertThat(tenant.rows.listRows(request.setOffset(120).build()).getRows()).isEqualTo("[]");
  }

  @Test
  void statisticsOfEveryType() {
    Schema schema =
        tenant.schema("stats", "id:text", "n:integer", "f:float", "t:text", "b:boolean", "j:json");
    tenant.insert(
        schema,
        "[{'id':'1','n':1,'f':0.5,'t':'b','b':true,'j':1},{'id':'2','n':2,'f':0.25,'t':'b','b':true},"
            + "{'id':'3','n':2,'t':'a','b':false},{'id':'4','t':'c'},{'id':'5','t':'d'},"
            + "{'id':'6','t':'e'},{'id':'7','t':'f'},{'id':'8'}]");

    GetStatsResponse stats =
        tenant.rows.getStats(GetStatsRequest.newBuilder().setSchemaId(schema.getId()).build());

    assertThat(stats.getTotal()).isEqualTo(8);
    assertThat(stats.getFieldsList())
        .containsExactly(
            FieldStats.newBuilder()
                .setName("id")
                .setType("text")
                .setDistinctCount(8)
                .setTopValues(json("['1','2','3','4','5']"))
                .build(),
            FieldStats.newBuilder()
                .setName("n")
                .setType("numeric")
                .setNullCount(5)
                .setDistinctCount(2)
                .setMin("1")
                .setMax("2")
                .setAvg("1.666667")
                .build(),
            FieldStats.newBuilder()
                .setName("f")
                .setType("numeric")
                .setNullCount(6)
                .setDistinctCount(2)
                .setMin("0.25")
                .setMax("0.5")
                .setAvg("0.375")
                .build(),
            FieldStats.newBuilder()
                .setName("t")
                .setType("text")
                .setNullCount(1)
                .setDistinctCount(6)
                .setTopValues(json("['b','a','c','d','e']"))
                .build(),
            FieldStats.newBuilder()
                .setName("b")
                .setType("text")
                .setNullCount(5)
                .setDistinctCount(2)
                .setTopValues("[true,false]")
                .build(),
            FieldStats.newBuilder().setName("j").setType("text").setNullCount(7).build());
  }

  @Test
  void statisticsOfAnEmptyTableInventNothing() {
    Schema schema = tenant.schema("empty", "id:text", "n:number");

    assertThat(
            tenant.rows.getStats(GetStatsRequest.newBuilder().setSchemaId(schema.getId()).build()))
        .isEqualTo(
            GetStatsResponse.newBuilder()
                .addFields(
                    FieldStats.newBuilder()
                        .setName("id")
                        .setType("text")
                        .setDistinctCount(0)
                        .setTopValues("[]"))
                .addFields(
                    FieldStats.newBuilder().setName("n").setType("numeric").setDistinctCount(0))
                .build());
  }

  /// Whatever goes in comes out as the same JSON values.
  @Test
  void randomValuesSurvive() {
    Schema schema = everyType();
    List<String> written = new ArrayList<>();
    Seeds.forEach(
        300,
        random -> {
          String row = randomRow(random, written.size() + 1);
          written.add(row);
          tenant.rows.writeRows(
              WriteRowsRequest.newBuilder()
                  .setSchemaId(schema.getId())
                  .setRows("[" + row + "]")
                  .build());
          String read =
              tenant
                  .rows
                  .listRows(
                      ListRowsRequest.newBuilder()
                          .setSchemaId(schema.getId())
                          .setLimit(1)
                          .setOffset(written.size() - 1)
                          .build())
                  .getRows();
          assertThat(comparable(Json.parse(read)))
              .isEqualTo(comparable(Json.parse("[" + row + "]")));
        });
  }

  private static String randomRow(Random random, int id) {
    return """
    {"id":%d,"text":%s,"short":%s,"int":%d,"big":%d,"dec":%s,"num":%s,"float":%s,"bool":%b,\
    "date":"%04d-%02d-%02d","time":"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ","doc":{"k":%s,"n":%s}}"""
        .formatted(
            id,
            randomText(random, 40),
            randomText(random, 3),
            random.nextInt(),
            random.nextLong(),
            BigDecimal.valueOf(random.nextLong(9_999_999_999L), 2).toPlainString(),
            new BigDecimal(
                new java.math.BigInteger(1 + random.nextInt(400), random), random.nextInt(60)),
            Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20)),
            random.nextBoolean(),
            1 + random.nextInt(9999),
            1 + random.nextInt(12),
            1 + random.nextInt(28),
            1 + random.nextInt(9999),
            1 + random.nextInt(12),
            1 + random.nextInt(28),
            random.nextInt(24),
            random.nextInt(60),
            random.nextInt(60),
            random.nextInt(1000) * (random.nextBoolean() ? 1000 : 1),
            randomText(random, 10),
            random.nextLong());
  }

  private static String randomText(Random random, int length) {
    StringBuilder text = new StringBuilder("\"");
    for (int size = random.nextInt(length + 1); size > 0; size--) {
      int point =
          switch (random.nextInt(5)) {
            case 0 -> 0x1F300 + random.nextInt(200);
            case 1 -> "'\\\"{},;-?:$\t\n".charAt(random.nextInt(13));
            case 2 -> 0xC0 + random.nextInt(0x500);
            default -> ' ' + random.nextInt(94);
          };
      if (point == '"' || point == '\\') {
        text.append('\\');
      }
      text.append(point < ' ' ? String.format("\\u%04x", point) : Character.toString(point));
    }
    return text.append('"').toString();
  }

  /// Numbers by value, instants by millisecond form.
  private static Object comparable(Json json) {
    return switch (json) {
      case Json.Obj object -> {
        Map<String, Object> members = new java.util.LinkedHashMap<>();
        object.members().forEach((name, value) -> members.put(name, comparable(value)));
        yield members;
      }
      case Json.Arr array -> array.elements().stream().map(RowsServiceTest::comparable).toList();
      case Json.Num number -> number.value().stripTrailingZeros();
      case Json.Text text when text.value().matches("\\d{4}-.*T.*\\d{3}000Z") ->
          new Json.Text(text.value().replaceAll("000Z$", "Z"));
      default -> json;
    };
  }

  private String rows(Schema schema) {
    return tenant
        .rows
        .listRows(ListRowsRequest.newBuilder().setSchemaId(schema.getId()).build())
        .getRows();
  }
}
