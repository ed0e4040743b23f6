package sextant.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.gateway.Answer;
import sextant.gateway.GatewayExtension;

/// The route of a new RPC is its annotations, nothing else: a service of the tests, with features
/// no real route uses, served over real sockets.
class RouteEngineTest {

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @Test
  void queryFillsScalarsEnumsListsInstantsAndNestedFields() {
    assertThat(
            gateway
                .get(
                    "/test/echo/abc%20d?limit=5&hardness=very_hard&anyOf=soft&anyOf=very_hard"
                        + "&sizes=1&sizes=-9007199254740993&exact=true&since=2026-01-01T00:00:00Z"
                        + "&ratio=0.5&colour=r%C3%B6t&shelf.name=s&shelf.position.aisle=A")
                .text())
        .isEqualTo(
            "200 {\"request\":\"id: \\\"abc d\\\" shelf { name: \\\"s\\\" position { aisle: \\\"A\\\" } }"
                + " hardness: HARDNESS_VERY_HARD any_of: HARDNESS_SOFT any_of: HARDNESS_VERY_HARD"
                + " sizes: 1 sizes: -9007199254740993 limit: 5 exact: true"
                + " since { seconds: 1767225600 } ratio: 0.5"
                + " color: \\\"r\\\\303\\\\266t\\\"\"}");
  }

  @Test
  void theAdditionalBindingFillsNestedFieldsFromThePathAndBeatsTheQuery() {
    assertThat(
            gateway
                .get("/test/shelves/big/echo/7?shelf.name=small&shelf.position.aisle=B&id=x")
                .text())
        .isEqualTo(
            "200 {\"request\":\"id: \\\"x\\\" shelf { name: \\\"big\\\" position { row: 7 aisle:"
                + " \\\"B\\\" } }\"}");
    assertThat(gateway.get("/test/echo/right?id=wrong").text())
        .isEqualTo("200 {\"request\":\"id: \\\"right\\\"\"}");
  }

  @Test
  void aPathVariableOfTheWrongTypeIsNamed() {
    assertThat(gateway.get("/test/shelves/big/echo/first").text())
        .isEqualTo(
            "400 {\"error\":{\"code\":\"BAD_REQUEST\",\"message\":\"shelf.position.row: must be an"
                + " integer, was \\\"first\\\"\",\"status\":400,\"reason\":\"INVALID_ARGUMENT\","
                + "\"details\":[{\"field\":\"shelf.position.row\",\"message\":\"must be an integer,"
                + " was \\\"first\\\"\"}]}}");
  }

  @Test
  void theResponseBodyMayBeAScalar() {
    Answer answer = gateway.get("/test/count?text=hello");
    assertThat(answer.text()).isEqualTo("200 5");
    assertThat(answer.headers()).containsEntry("content-type", "application/json; charset=utf-8");
  }

  @Test
  void aBooleanOfTheResponseChoosesTheStatus() {
    assertThat(gateway.send("POST", "/test/tools", "{\"name\":\"saw\"}").text())
        .isEqualTo("201 {\"id\":\"tool-saw\",\"requestKey\":null}");
    assertThat(
            gateway
                .send("POST", "/test/tools", "{\"name\":\"saw\",\"requestKey\":\"again\"}")
                .text())
        .isEqualTo("200 {\"id\":\"tool-saw\",\"requestKey\":\"again\"}");
  }

  @Test
  void aHeaderFillsWhatTheBodyLacks() {
    assertThat(
            gateway
                .send("POST", "/test/tools", "{\"name\":\"saw\"}", "Request-Key", "again")
                .text())
        .isEqualTo("200 {\"id\":\"tool-saw\",\"requestKey\":\"again\"}");
    assertThat(
            gateway
                .send(
                    "POST",
                    "/test/tools",
                    "{\"name\":\"saw\",\"requestKey\":\"mine\"}",
                    "Request-Key",
                    "again")
                .text())
        .isEqualTo("201 {\"id\":\"tool-saw\",\"requestKey\":\"mine\"}");
  }

  @Test
  void theKeysOfAPutAreItsFieldMask() {
    assertThat(
            gateway.send("PUT", "/test/tools/t1", "{\"name\":null,\"hardness\":\"soft\"}").text())
        .isEqualTo("200 {\"id\":\"t1\",\"mask\":[\"name\",\"hardness\"]}");
    assertThat(gateway.send("PATCH", "/test/tools/t1", "{}").text())
        .isEqualTo("200 {\"id\":\"t1\",\"mask\":[]}");
    assertThat(gateway.send("PUT", "/test/tools/t1", null).text())
        .isEqualTo("200 {\"id\":\"t1\",\"mask\":[]}");
  }

  @Test
  void noContentHasNoBody() {
    Answer answer = gateway.send("DELETE", "/test/tools?id=5", null);
    assertThat(answer.text()).isEqualTo("204");
    assertThat(answer.headers()).doesNotContainKeys("content-type", "content-length");
  }

  @Test
  void aListBodyTakesAListOrALoneElementAndAnswersInKind() {
    assertThat(
            gateway
                .send("POST", "/test/tools/t/parts?dryRun=true", "{\"partName\":\"x\",\"count\":2}")
                .text())
        .isEqualTo("202 {\"partName\":\"x\",\"count\":2}");
    assertThat(
            gateway
                .send("POST", "/test/tools/t/parts", "[{\"partName\":\"x\"},{\"partName\":\"y\"}]")
                .text())
        .isEqualTo(
            "202 {\"parts\":[{\"partName\":\"x\",\"count\":null},{\"partName\":\"y\",\"count\":null}],"
                + "\"added\":2}");
    assertThat(gateway.send("POST", "/test/tools/t/parts", null).text())
        .isEqualTo("202 {\"parts\":[],\"added\":0}");
  }

  @Test
  void aQueryParameterChoosesAmongRpcs() {
    assertThat(gateway.get("/test/reports?days=3").text()).isEqualTo("200 {\"days\":3}");
    assertThat(gateway.get("/test/reports?kind=daily").text()).isEqualTo("200 {\"days\":7}");
    assertThat(gateway.get("/test/reports?kind=stock&shelfId=q").text())
        .isEqualTo("200 {\"shelfId\":\"q\"}");
    assertThat(gateway.send("POST", "/test/tools/t?action=sharpen", null).text())
        .isEqualTo("200 {\"sharpened\":\"t\"}");
    assertThat(gateway.send("POST", "/test/tools/t?action=paint", "{\"color\":\"red\"}").text())
        .isEqualTo("200 {\"painted\":\"t\",\"color\":\"red\"}");
  }

  @Test
  void aParameterOfASiblingIsKnownAndIgnored() {
    assertThat(gateway.get("/test/reports?kind=stock&days=nonsense").text())
        .isEqualTo("200 {\"shelfId\":null}");
  }

  @Test
  void headAnswersWithoutTheBody() {
    Answer answer = gateway.send("HEAD", "/test/count?text=hello", null);
    assertThat(answer.text()).isEqualTo("200");
    assertThat(answer.headers()).containsEntry("content-length", "1");
  }

  @Test
  void theServiceKnowsWhoCallsAndHowLongItMayTake() {
    String body =
        gateway
            .get(
                "/test/whoami",
                "X-Tenant-Id",
                "acme",
                "X-User-Role",
                "viewer",
                "X-Request-Id",
                "r:1")
            .body();
    assertThat(body)
        .startsWith(
            "{\"tenantId\":\"acme\",\"role\":\"viewer\",\"subject\":\"open\",\"requestId\":\"r:1\"");
    long remaining = Long.parseLong(body.replaceAll(".*\"remainingMs\":(\\d+).*", "$1"));
    assertThat(remaining).isBetween(1L, 10_000L);
  }

  @Test
  void theRequestIdComesBackAndIsMadeWhenItIsMissingOrOdd() {
    assertThat(gateway.get("/test/count", "X-Request-Id", "abc-1").headers())
        .containsEntry("x-request-id", "abc-1");
    String made = gateway.get("/test/count").headers().get("x-request-id");
    assertThat(made).hasSize(36);
    assertThat(gateway.get("/test/count", "X-Request-Id", "<script>").headers().get("x-request-id"))
        .hasSize(36)
        .isNotEqualTo(made);
  }

  @Test
  void nothingOfGrpcLeaksIntoTheHeaders() {
    assertThat(gateway.get("/test/count").headers().keySet())
        .noneMatch(name -> name.startsWith("grpc"))
        .doesNotContain("trailer", "server");
  }
}
