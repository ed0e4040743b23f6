package sextant.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.gateway.Answer;
import sextant.gateway.GatewayExtension;

/// What a client gets wrong is answered with 4xx, naming the place and what is allowed.
class BadRequestTest {

  private static final int MEBIBYTE = 1 << 20;

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /test/echo/a?bogus=1           | bogus: is not a parameter of this route; known: anyOf, color, colour, exact, hardness, id, limit, ratio, shelf.name, shelf.position.aisle, shelf.position.row, since, sizes
          /test/echo/a?secret=1          | secret: is not a parameter of this route; known: anyOf, color, colour, exact, hardness, id, limit, ratio, shelf.name, shelf.position.aisle, shelf.position.row, since, sizes
          /test/echo/a?limit=1&limit=2   | limit: is given more than once
          /test/echo/a?color=1&colour=2  | colour: is given more than once
          /test/echo/a?limit=            | limit: must be an integer, was ""
          /test/echo/a?limit=1.5         | limit: must be an integer, was 1.5
          /test/echo/a?limit=99999999999 | limit: must be an integer between -2147483648 and 2147483647, was 99999999999
          /test/echo/a?limit=101         | limit: must be greater than or equal to 1 and less than or equal to 100
          /test/echo/a?exact=yes         | exact: must be true or false, was "yes"
          /test/echo/a?sizes=1&sizes=b   | sizes: must be an integer, was "b"
          /test/reports?kind=weekly      | kind: unknown value "weekly"; one of daily, stock
          /test/reports?kind=daily&kind=stock | kind: is given more than once
          /test/reports?bogus=1          | bogus: is not a parameter of this route; known: days, kind, shelfId
          /test/hang?x=1                 | x: is not a parameter of this route; it has none
          """)
  void queries(String path, String message) {
    assertBadRequest(gateway.get(path), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          POST   | /test/tools                  | {"name":"x","id":1}              | id: is not a known field; known are name, requestKey, hardness, parts
          POST   | /test/tools                  | {"name":""}                      | name: value is required
          POST   | /test/tools                  | {"name":"x","parts":[{"count":0,"partName":"p"}]} | parts[0].count: must be greater than or equal to 1 and less than or equal to 99
          POST   | /test/tools/t/parts          | [{"partName":"p"},{"count":"1","partName":"q"}] | parts[1].count: must be an integer, was a string
          PUT    | /test/tools/t                | {"id":"u"}                       | id: must not be in the body, it is part of the path
          POST   | /test/tools/t?action=sharpen | {"hard":true}                    | this route takes no body
          POST   | /test/tools/t?action=paint   | {}                               | color: value is required
          POST   | /test/tools/t                | {}                               | action: is required; one of sharpen, paint
          DELETE | /test/tools?id=1             | {"id":"1"}                       | this route takes no body
          DELETE | /test/tools                  | {}                               | id: value is required
          """)
  void bodies(String method, String path, String body, String message) {
    assertBadRequest(gateway.send(method, path, body), message);
  }

  @Test
  void allFaultsOfAQueryAreReportedTogether() {
    assertThat(gateway.get("/test/echo/a?limit=x&bogus=1&hardness=medium").body())
        .contains("limit: must be an integer, was \\\"x\\\" (and 2 more)")
        .contains("{\"field\":\"bogus\"")
        .contains("{\"field\":\"hardness\",\"message\":\"must be one of soft, very_hard");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "''",
    "garbage"
  })
  void anotherContentTypeIs415(String type) {
    Answer answer = gateway.send("POST", "/test/tools", "{\"name\":\"x\"}", "Content-Type", type);
    assertThat(answer.text()).startsWith("415 {\"error\":{\"code\":\"UNSUPPORTED_MEDIA_TYPE\"");
  }

  @ParameterizedTest
  @CsvSource({"application/json; charset=UTF-8", "APPLICATION/JSON"})
  void jsonInOtherWordsIsJson(String type) {
    Answer answer = gateway.send("POST", "/test/tools", "{\"name\":\"x\"}", "Content-Type", type);
    assertThat(answer.status()).isEqualTo(201);
  }

  @Test
  void aCompressedBodyIs415() {
    Answer answer =
        gateway.send("POST", "/test/tools", "{\"name\":\"x\"}", "Content-Encoding", "gzip");
    assertThat(answer.text()).startsWith("415 ").contains("Content-Encoding says gzip");
  }

  @Test
  void aBodyAboveTheLimitOfItsRouteIs413() {
    String name = "x".repeat(MEBIBYTE);
    assertThat(gateway.send("POST", "/test/tools", "{\"name\":\"" + name + "\"}").text())
        .isEqualTo(
            "413 {\"error\":{\"code\":\"PAYLOAD_TOO_LARGE\",\"message\":\"the request body is larger"
                + " than the 1048576 bytes this route accepts\",\"status\":413,"
                + "\"reason\":\"TOO_LARGE\"}}");
    String part = "{\"partName\":\"" + name + "\"}";
    assertThat(gateway.send("POST", "/test/tools/t/parts", "[" + part + "," + part + "]").status())
        .isEqualTo(202);
  }

  @Test
  void anUnknownRouteIs404() {
    assertThat(gateway.get("/test/nothing").text())
        .isEqualTo(
            "404 {\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"there is no route GET"
                + " /test/nothing\",\"status\":404,\"reason\":\"UNKNOWN_ROUTE\"}}");
    assertThat(gateway.get("/test/echo/").status()).isEqualTo(404);
    assertThat(gateway.get("/test/count/").status()).isEqualTo(404);
    assertThat(gateway.get("/").status()).isEqualTo(404);
  }

  @Test
  void aWrongMethodIs405WithWhatIsAllowed() {
    Answer answer = gateway.send("PATCH", "/test/tools", "{}");
    assertThat(answer.text())
        .isEqualTo(
            "405 {\"error\":{\"code\":\"METHOD_NOT_ALLOWED\",\"message\":\"PATCH is not allowed on"
                + " /test/tools; allowed: DELETE, OPTIONS, POST\",\"status\":405,"
                + "\"reason\":\"METHOD_NOT_ALLOWED\"}}");
    assertThat(answer.headers()).containsEntry("allow", "DELETE, OPTIONS, POST");
    // The union over templates that match: /test/tools/{id} and /test/tools/{tool}.
    assertThat(gateway.get("/test/tools/t").headers())
        .containsEntry("allow", "OPTIONS, PATCH, POST, PUT");
  }

  @Test
  void optionsTellsWhatIsAllowed() {
    Answer answer = gateway.send("OPTIONS", "/test/count", null);
    assertThat(answer.text()).isEqualTo("204");
    assertThat(answer.headers()).containsEntry("allow", "GET, HEAD, OPTIONS");
    assertThat(gateway.send("OPTIONS", "/test/nothing", null).status()).isEqualTo(404);
  }

  private static void assertBadRequest(Answer answer, String message) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body())
        .contains("\"code\":\"BAD_REQUEST\"")
        .contains("\"message\":\"" + message.strip().replace("\"", "\\\"") + "\"");
  }
}
