package sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpHeaders;

/// What the mesh answered.
public record Reply(int status, HttpHeaders headers, String body) {

  /// Numbers keep every digit.
  public static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException malformed) {
      throw new AssertionError("no JSON: " + body, malformed);
    }
  }

  /// Fails with the body when the status is another one.
  public Reply expect(int wanted) {
    assertThat(status).as(body).isEqualTo(wanted);
    return this;
  }

  /// The field of the answer, as text.
  public String text(String field) {
    return json().get(field).asText();
  }
}
