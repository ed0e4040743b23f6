package sextant.standalone.segments;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sextant.standalone.Call;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;

/// Any legal name and value, through JSON in, rows, filters, joins, preview and statistics, and
/// JSON out.
class NamesAndValuesTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  private static final AtomicInteger TENANTS = new AtomicInteger();

  private final String tenant = "names-" + TENANTS.incrementAndGet();

  static Stream<String> names() {
    return Stream.of(
        "select",
        "user",
        "all",
        "ID",
        "a\"b",
        "it's",
        "\"",
        "x'; drop table customers; --",
        "名前",
        "😀",
        "x y",
        "?",
        "{0}",
        "$1",
        ":a",
        "/*",
        "\\",
        "%s",
        "metric",
        "segment",
        "and",
        "ö".repeat(31),
        "x".repeat(63));
  }

  @ParameterizedTest
  @MethodSource("names")
  void anyNameWorksEverywhere(String name) {
    // `segment` and `metric.x` mean something in filters: qualified, a field may be called so too.
    boolean reserved = List.of("segment", "metric").contains(name);
    String called = reserved ? "the " + name : name;
    String schema = create(called, field(name, "text"), field("n", "bigint"));
    String other = create(name + " 2", field("key", "text"), field(name, "text"));
    write(schema, row("id", "1").put(name, name).put("n", 1), row("id", "2").put(name, "x"));
    write(other, row("id", "a").put("key", "1").put(name, name), row("id", "b").put("key", "2"));

    ObjectNode mine = condition(reserved ? called + "." + name : name, "=").put("value", name);
    assertThat(preview(schema, array(), array(mine)))
        .isEqualTo(array(row("id", "1").put(name, name).put("n", 1)));
    assertThat(
            preview(
                schema, array(), array(condition(called + "." + name, "in").put("value", name))))
        .isEqualTo(array(row("id", "1").put(name, name).put("n", 1)));
    ObjectNode join =
        object().put("schemaId", other).put("leftField", "id").put("rightField", "key");
    ObjectNode joined = condition(name + " 2." + name, "starts_with").put("value", name);
    assertThat(preview(schema, array(join), array(joined)).findValuesAsText("id"))
        .containsExactly("1");
    join.put("alias", name + " too").put("rightField", name + " too.key");
    assertThat(
            preview(schema, array(join), array(condition(name + " too." + name, "is_null")))
                .findValuesAsText("id"))
        .containsExactly("2");
    JsonNode statistics = get("/api/v1/schemas/" + schema + "/stats").get("fields").get(1);
    assertThat(statistics.get("name").asText()).isEqualTo(name);
    assertThat(statistics.get("topValues").valueStream().map(JsonNode::asText))
        .containsExactlyInAnyOrder(name, "x");
  }

  static Stream<String> values() {
    return Stream.of(
        "text: \"it's \\\"so\\\" \\\\ %_ ü漢😀 \\u0001\\n\\t\"",
        "text: \"\"",
        "text: \" \"",
        "text: \"NULL\"",
        "text: \"\\\\N\"",
        "text: \"$$ '; --\"",
        "bigint: 9007199254740993",
        "bigint: -9223372036854775808",
        "integer: -2147483648",
        "decimal: 12345678901234567890.0123456789",
        "number: 1E+30",
        "number: 0.1000000000000000055511151231257827",
        "number: 100000000000000000000000000000000000000000000000001",
        "float: 0.1",
        "float: 5E-324",
        "boolean: false",
        "date: \"0001-01-01\"",
        "date: \"9999-12-31\"",
        "date: \"2024-02-29\"",
        "timestamp: \"2026-03-29T01:30:00.123456Z\"",
        "timestamp: \"0001-01-01T00:00:00.000Z\"");
  }

  @ParameterizedTest
  @MethodSource("values")
  void anyValueComesBackAndIsFound(String typed) throws Exception {
    String type = typed.substring(0, typed.indexOf(':'));
    JsonNode value = Reply.JSON.readTree(typed.substring(typed.indexOf(':') + 1));
    String schema = create("s", field("v", type));
    ObjectNode row = row("id", "1").set("v", value);
    write(schema, row, row("id", "2").putNull("v"), row("id", "3"));

    ArrayNode equal = array(condition("v", "=").set("value", value));
    assertThat(preview(schema, array(), equal).findValuesAsText("id")).containsExactly("1");
    JsonNode back = preview(schema, array(), equal).get(0).get("v");
    if (type.equals("float")) {
      assertThat(back.doubleValue()).isEqualTo(value.doubleValue());
    } else if (value.isNumber()) {
      assertThat(back.decimalValue()).isEqualByComparingTo(value.decimalValue());
      assertThat(back.asText()).isEqualTo(back.decimalValue().toPlainString());
    } else {
      assertThat(back).isEqualTo(value);
    }
    assertThat(preview(schema, array(), array(condition("v", "is_null"))).findValuesAsText("id"))
        .containsExactly("2", "3");
    assertThat(preview(schema, array(), array(condition("v", "!=").set("value", value)))).isEmpty();
  }

  @Test
  void namesThatPostgresqlCannotHoldAreRefused() {
    for (String name :
        List.of("x".repeat(64), "ö".repeat(32), "a.b", "ctid", " x", "x\u0000", "")) {
      Reply reply =
          MESH.send(Call.post("/api/v1/schemas", schema("s", field(name, "text"))).tenant(tenant));
      assertThat(reply.status()).as(name + reply.body()).isEqualTo(400);
      assertThat(reply.json().at("/error/details/0/field").asText()).isEqualTo("fields[1].name");
    }
  }

  private String create(String name, ObjectNode... fields) {
    return post("/api/v1/schemas", schema(name, fields)).get("id").asText();
  }

  private static String schema(String name, ObjectNode... fields) {
    ArrayNode all = array(field("id", "text"));
    all.addAll(List.of(fields));
    return object().put("name", name).<ObjectNode>set("fields", all).toString();
  }

  private void write(String schema, ObjectNode... rows) {
    JsonNode written =
        post("/api/v1/schemas/" + schema + "/data", object().set("rows", array(rows)).toString());
    assertThat(written.get("inserted").asInt()).isEqualTo(rows.length);
  }

  /// The rows of a definition, and of the segment with this definition.
  private JsonNode preview(String schema, ArrayNode joins, ArrayNode filters) {
    ObjectNode definition = object().put("baseSchemaId", schema);
    definition.set("joins", joins);
    definition.set("filters", filters);
    JsonNode preview = post("/api/v1/segments/preview", definition.toString());
    JsonNode segment = post("/api/v1/segments", definition.put("name", "s").toString());
    assertThat(segment.get("filters")).isEqualTo(filters);
    assertThat(segment.get("customerCount")).isEqualTo(preview.get("customerCount"));
    JsonNode saved = post("/api/v1/segments/" + segment.get("id").asText() + "?action=preview", "");
    assertThat(saved.get("rows")).isEqualTo(preview.get("rows"));
    return saved.get("rows");
  }

  private static ObjectNode condition(String field, String operator) {
    return object().put("field", field).put("operator", operator);
  }

  private static ObjectNode field(String name, String type) {
    return object().put("name", name).put("dataType", type);
  }

  private static ObjectNode row(String field, String value) {
    return object().put(field, value);
  }

  private static ObjectNode object() {
    return Reply.JSON.createObjectNode();
  }

  private static ArrayNode array(JsonNode... elements) {
    return Reply.JSON.createArrayNode().addAll(List.of(elements));
  }

  private JsonNode get(String path) {
    return MESH.send(Call.get(path).tenant(tenant)).expect(200).json();
  }

  private JsonNode post(String path, String body) {
    Reply reply =
        MESH.send((body.isEmpty() ? Call.post(path) : Call.post(path, body)).tenant(tenant));
    assertThat(reply.status()).as(body + reply.body()).isIn(200, 201);
    return reply.json();
  }
}
