package sextant.standalone.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import sextant.standalone.Call;
import sextant.standalone.Reply;

/// A request and the answer it must get. In the expected JSON, `"<any>"` stands for anything but
/// null, and `"<NAME>"` for anything at first and for the same again afterwards; `$NAME` in later
/// requests and texts is that value.
///
/// @param place file and line, for messages
/// @param curl the request, a curl command line
/// @param status the expected status
/// @param body the expected body: JSON, or empty
record Exchange(String place, String curl, int status, String body) {

  /// A file holds exchanges one after the other: comment lines, a curl command, `HTTP 200`, the
  /// expected body up to an empty line.
  static List<Exchange> read(Path file) throws IOException {
    List<Exchange> exchanges = new ArrayList<>();
    Iterator<String> lines = Files.readAllLines(file).iterator();
    for (int number = 1; lines.hasNext(); number++) {
      String line = lines.next();
      if (!line.startsWith("curl ")) {
        assertThat(line).as("%s:%d", file, number).matches("(#.*)?");
        continue;
      }
      String place = file.getFileName() + ":" + number;
      StringBuilder curl = new StringBuilder();
      for (; !line.startsWith("HTTP "); line = lines.next(), number++) {
        curl.append(line).append('\n');
      }
      int status = Integer.parseInt(line.substring("HTTP ".length()));
      StringBuilder body = new StringBuilder();
      for (line = ""; lines.hasNext(); number++) {
        line = lines.next();
        if (line.isEmpty()) {
          number++;
          break;
        }
        body.append(line).append('\n');
      }
      exchanges.add(new Exchange(place, curl.toString(), status, body.toString()));
    }
    return exchanges;
  }

  Call call(Map<String, String> variables) {
    return Curl.parse(curl, variables);
  }

  /// Fails unless `reply` is the expected one; notes the values of names.
  void verify(Reply reply, Map<String, String> variables) throws IOException {
    assertThat(reply.status()).as("%s: %s", place, reply.body()).isEqualTo(status);
    if (body.isEmpty()) {
      assertThat(reply.body()).as(place).isEmpty();
      return;
    }
    JsonNode expected = Reply.JSON.readTree(body);
    JsonNode filled = fill(expected, reply.json(), variables);
    assertThat(Reply.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(reply.json()))
        .as(place)
        .isEqualTo(Reply.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(filled));
  }

  /// `expected` with its placeholders replaced by what stands there in `actual`.
  private static JsonNode fill(JsonNode expected, JsonNode actual, Map<String, String> variables) {
    if (expected.isTextual() && expected.asText().matches("<(any|[A-Z_]+)>")) {
      String name = expected.asText().replaceAll("[<>]", "");
      if (actual.isNull() || actual.isMissingNode()) {
        return expected;
      }
      if (name.equals("any")) {
        return actual;
      }
      String value = variables.computeIfAbsent(name, absent -> actual.asText());
      return Reply.JSON.getNodeFactory().textNode(value);
    }
    if (expected.isTextual()) {
      return Reply.JSON.getNodeFactory().textNode(Curl.substitute(expected.asText(), variables));
    }
    if (expected.isObject()) {
      var object = Reply.JSON.createObjectNode();
      expected
          .properties()
          .forEach(
              field ->
                  object.set(
                      field.getKey(),
                      fill(field.getValue(), actual.path(field.getKey()), variables)));
      return object;
    }
    if (expected.isArray()) {
      var array = Reply.JSON.createArrayNode();
      for (int index = 0; index < expected.size(); index++) {
        array.add(fill(expected.get(index), actual.path(index), variables));
      }
      return array;
    }
    return expected;
  }
}
