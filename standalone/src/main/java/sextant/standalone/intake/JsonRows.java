package sextant.standalone.intake;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// JSON lines: one object per line. Empty lines are skipped.
final class JsonRows implements RowReader {

  /// Deeper or longer than any service reads, and one such row would refuse its whole message.
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder().maxNestingDepth(60).maxNumberLength(1_000).build();

  static final JsonMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // Numbers keep every digit.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final CountingInput input;
  private final BufferedReader lines;
  private long line;

  JsonRows(CountingInput input) {
    this.input = input;
    this.lines = new BufferedReader(input.text(), 1 << 16);
  }

  @Override
  public List<String> columns() {
    return List.of();
  }

  @Override
  public long bytesRead() {
    return input.count();
  }

  @Override
  public Optional<Row> next() throws IOException {
    for (String text = lines.readLine(); text != null; text = lines.readLine()) {
      line++;
      if (!text.isBlank()) {
        return Optional.of(parse(text));
      }
    }
    return Optional.empty();
  }

  private Row parse(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node.isObject()) {
        return new JsonRow(line, node, text.strip());
      }
    } catch (JsonProcessingException malformed) {
      throw new RowRejection(line, "row", "is no JSON: " + malformed.getOriginalMessage());
    }
    throw new RowRejection(
        line, "row", "is no JSON object; the file should have one object per line");
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private record JsonRow(long line, JsonNode object, String content) implements Row {

    @Override
    public String text(String column) {
      JsonNode value = object.get(column);
      if (value == null || value.isNull()) {
        return "";
      }
      return value.isBigDecimal() ? value.decimalValue().toPlainString() : value.asText();
    }

    @Override
    public void writeOthers(JsonGenerator json, Set<String> mapped) throws IOException {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (!mapped.contains(field.getKey()) && !field.getValue().isNull()) {
          json.writeFieldName(field.getKey());
          MAPPER.writeTree(json, field.getValue());
        }
      }
    }

    @Override
    public void writeAll(JsonGenerator json, UnaryOperator<String> names) throws IOException {
      json.writeStartObject();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        String name = names.apply(field.getKey());
        if (name != null) {
          json.writeFieldName(name);
          MAPPER.writeTree(json, field.getValue());
        }
      }
      json.writeEndObject();
    }
  }
}
