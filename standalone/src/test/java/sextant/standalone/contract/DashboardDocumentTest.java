package sextant.standalone.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sextant.standalone.Reply;

/// Each documented response of the dashboard has a replayed one of the same shape: the same keys in
/// the same order, values of the same kind. [ContractTest] does the replaying.
class DashboardDocumentTest {

  private static final Path DOCUMENTED =
      Path.of("../dashboard-service/src/test/resources/documented");
  private static final Path REPLAYED = Path.of("src/test/resources/contract/dashboard");

  /// Kinds of texts that JSON does not tell apart.
  private static final Map<String, String> TEXTS =
      Map.of(
          "percent", "-?\\d+\\.\\d",
          "month and day", "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [1-9]\\d?",
          "weekday", "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)",
          "instant", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z",
          "bucket", "\\d\\.\\d-\\d\\.\\d");

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyDocumentedResponseIsReplayed() throws IOException {
    return files(DOCUMENTED).stream()
        .map(
            file -> {
              String type = file.getFileName().toString().replace(".json", "");
              return dynamicTest(
                  type, () -> assertThat(replayedShapes(type)).contains(documentedShape(file)));
            });
  }

  @Test
  void eighteenResponsesAreDocumented() throws IOException {
    assertThat(files(DOCUMENTED)).hasSize(18);
  }

  private static String documentedShape(Path file) throws IOException {
    JsonNode documented = Reply.JSON.readTree(Files.readString(file));
    // The example shows buckets of channels and yet `"groupBy": null`; no one answer has both.
    if (documented.has("dimensionBuckets")) {
      ((ObjectNode) documented).put("groupBy", "channel");
    }
    return shape(documented);
  }

  private static List<String> replayedShapes(String type) throws IOException {
    List<String> shapes = new ArrayList<>();
    for (Path file : files(REPLAYED)) {
      for (Exchange exchange : Exchange.read(file)) {
        if (exchange.status() == 200
            && exchange.curl().matches("(?s).*[?&]type=" + type + "[&\"].*")) {
          shapes.add(shape(Reply.JSON.readTree(exchange.body())));
        }
      }
    }
    return shapes;
  }

  /// Of a list only its first element.
  private static String shape(JsonNode node) {
    if (node.isObject()) {
      StringBuilder keys = new StringBuilder("{");
      node.properties()
          .forEach(
              field ->
                  keys.append(field.getKey())
                      .append(": ")
                      .append(shape(field.getValue()))
                      .append(' '));
      return keys.append('}').toString();
    }
    if (node.isArray()) {
      return node.isEmpty() ? "[]" : "[" + shape(node.get(0)) + "]";
    }
    if (!node.isTextual()) {
      return node.getNodeType().toString();
    }
    return TEXTS.entrySet().stream()
        .filter(text -> node.asText().matches(text.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("text");
  }
}
