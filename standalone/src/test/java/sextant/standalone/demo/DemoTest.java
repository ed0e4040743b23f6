package sextant.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.standalone.Commands;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;
import sextant.standalone.contract.Curl;

/// The demo, small, on a whole mesh: what it prints can be done.
class DemoTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  private static final String OPTIONS = "--customers 60 --seed 3 --end-at " + MeshExtension.START;

  /// Whether something in `node` is not nothing.
  private static boolean holdsData(JsonNode node) {
    if (node.isNumber()) {
      return node.decimalValue().signum() != 0;
    }
    if (node.isContainerNode()) {
      for (JsonNode part : node) {
        if (holdsData(part)) {
          return true;
        }
      }
      return false;
    }
    return node.isTextual() && !node.asText().isEmpty();
  }

  @Test
  void everyLineThatItPrintsAnswersWithData() {
    Commands.Result demo = Commands.demo(MESH, OPTIONS);
    assertThat(demo.exitCode()).as(demo.err()).isZero();
    assertThat(demo.err()).contains("60 customers", "90 of 90 days", ", 0 already there");

    List<String> lines =
        Pattern.compile("curl .*").matcher(demo.out()).results().map(line -> line.group()).toList();
    assertThat(lines).hasSizeGreaterThan(25);
    for (String line : lines) {
      Reply reply = MESH.send(Curl.parse(line, Map.of()));
      assertThat(reply.status()).as("%s: %s", line, reply.body()).isEqualTo(200);
      assertThat(reply.json().has("warning")).as(line).isFalse();
      for (String list : List.of("data", "groups", "stages")) {
        JsonNode rows = reply.json().path(list);
        assertThat(rows.isArray() && rows.isEmpty()).as("%s: %s", line, list).isFalse();
      }
      assertThat(holdsData(reply.json())).as("%s: %s", line, reply.body()).isTrue();
    }

    int interactions = MESH.count("metrics.interaction");
    int traces = MESH.count("dashboard.decision_trace");
    int enrollments = MESH.count("journeys.enrollment");
    assertThat(enrollments).isEqualTo(60);
    Commands.Result again = Commands.demo(MESH, OPTIONS);
    assertThat(again.err())
        .contains(
            "0 interactions and 0 decision traces recorded, %,d already there"
                .formatted(interactions + traces));
    assertThat(MESH.count("metrics.interaction")).isEqualTo(interactions);
    assertThat(MESH.count("dashboard.decision_trace")).isEqualTo(traces);
    assertThat(MESH.count("journeys.enrollment")).isEqualTo(enrollments);
    assertThat(MESH.count("segments.segment")).isEqualTo(2);
    assertThat(MESH.count("metrics.metric")).isEqualTo(2);
  }
}
