package sextant.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.gateway.Answer;
import sextant.gateway.GatewayExtension;

/// The document is valid, complete, and says what the routes do.
class OpenApiTest {

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  private static String text;
  private static JsonNode document;

  @BeforeAll
  static void read() throws Exception {
    text = gateway.get("/openapi.json").body();
    document = new ObjectMapper().readTree(text);
  }

  @Test
  void aValidatorFindsNothingToComplainAbout() {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    SwaggerParseResult result = new OpenAPIV3Parser().readContents(text, List.of(), options);
    assertThat(result.getMessages()).isEmpty();
    OpenAPI api = result.getOpenAPI();
    assertThat(api.getOpenapi()).isEqualTo("3.1.0");
    assertThat(api.getPaths()).hasSizeGreaterThan(10);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> references = document.findValuesAsText("$ref");
    assertThat(references).isNotEmpty();
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  @Test
  void everythingIsDescribed() {
    document
        .at("/paths")
        .forEach(
            path ->
                path.forEach(
                    operation -> {
                      assertThat(operation.path("summary").asText()).isNotEmpty();
                      assertThat(operation.at("/responses").size()).isGreaterThan(4);
                      operation
                          .path("parameters")
                          .forEach(
                              parameter ->
                                  assertThat(parameter.path("description").asText())
                                      .as(parameter.toString())
                                      .isNotEmpty());
                    }));
  }

  @Test
  void constraintsOfTheContractAreConstraintsOfTheSchema() {
    assertThat(document.at("/components/schemas/CreateMetricRequest/required").toString())
        .isEqualTo("[\"name\",\"aggregateFunction\",\"sourceField\"]");
    assertThat(at("/components/schemas/CreateMetricRequest/properties/windowDays"))
        .contains("\"minimum\":1", "\"maximum\":365", "\"type\":[\"integer\",\"null\"]");
    assertThat(at("/components/schemas/CreateMetricRequest/properties/name"))
        .contains("\"minLength\":1", "\"maxLength\":100", "\"type\":\"string\"");
    assertThat(at("/components/schemas/CreateMetricRequest/properties/aggregateFunction/enum"))
        .isEqualTo("[\"count\",\"sum\",\"avg\",\"min\",\"max\"]");
    assertThat(at("/components/schemas/CreateMetricRequest/properties/groupByDimensions"))
        .contains("\"maxItems\":2", "\"uniqueItems\":true", "\"offerId\"");
    assertThat(at("/components/schemas/Metric/properties")).contains("\"_count\":");
    assertThat(at("/components/schemas/UpdateMetricRequest")).doesNotContain("updateMask");
    assertThat(at("/components/schemas/InteractionInput/properties/value/type"))
        .isEqualTo("[\"number\",\"null\"]");
  }

  @Test
  void statusesComeFromRouteOptionsAndFromErrorsNamedInComments() {
    assertThat(document.at("/paths/~1test~1tools/post/responses").fieldNames())
        .toIterable()
        .containsExactly(
            "200", "201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503",
            "504");
    assertThat(document.at("/paths/~1test~1tools/delete/responses").fieldNames())
        .toIterable()
        .contains("204")
        .doesNotContain("200", "413");
  }

  @Test
  void aDispatchIsOneOperationWithAllParametersAndAnswers() {
    JsonNode operation = document.at("/paths/~1test~1reports/get");
    assertThat(operation.at("/parameters/0/schema").toString())
        .isEqualTo("{\"type\":\"string\",\"enum\":[\"daily\",\"stock\"],\"default\":\"daily\"}");
    assertThat(operation.at("/parameters").findValuesAsText("name"))
        .containsExactly("kind", "days", "shelfId");
    assertThat(operation.at("/responses/200/content/application~1json/schema/anyOf").size())
        .isEqualTo(2);
  }

  @Test
  void hiddenFieldsAndFieldsOfThePathDoNotAppear() {
    assertThat(at("/components/schemas/CreateToolResponse")).doesNotContain("existed");
    assertThat(at("/paths/~1test~1tools~1{id}/put/requestBody")).doesNotContain("\"id\"");
    assertThat(at("/paths/~1test~1echo~1{id}/get/parameters")).doesNotContain("secret");
  }

  @Test
  void theDocsPageShowsOurDocumentWithFilesOfThisGatewayOnly() {
    assertThat(gateway.get("/docs").headers()).containsEntry("location", "/docs/index.html");
    Answer page = gateway.get("/docs/index.html");
    assertThat(page.headers().get("content-type")).startsWith("text/html");
    assertThat(page.body()).contains("<title>Sextant API</title>").doesNotContain("//");
    // Scripts within the page are forbidden by its own policy.
    assertThat(page.headers().get("content-security-policy")).contains("default-src 'self'");
    assertThat(page.body().replaceAll("<script src=\"[^\"]+\"></script>", ""))
        .doesNotContain("<script");
    List<String> files =
        Pattern.compile("(?:src|href)=\"([^\"]+)\"")
            .matcher(page.body())
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(files).hasSize(4);
    assertThat(files)
        .allSatisfy(
            file -> {
              Answer answer = gateway.get("/docs/" + file);
              assertThat(answer.status()).isEqualTo(200);
              assertThat(answer.headers().get("content-type"))
                  .containsAnyOf("javascript", "css", "png");
              assertThat(answer.body().length()).isGreaterThan(100);
            });
    assertThat(gateway.get("/docs/swagger-initializer.js").body()).contains("'/openapi.json'");
  }

  private static String at(String pointer) {
    return document.at(pointer).toString();
  }
}
