package sextant.standalone.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sextant.http.v1.Field;
import sextant.http.v1.HttpProto;
import sextant.http.v1.RawJson;
import sextant.standalone.CommandFailure;

/// Turns the cells of a CSV row into the JSON that the type of each field wants. What fits no type
/// stays a text, for the reader of the JSON to refuse.
final class EntryCells {

  private static final Dates DATES = new Dates(ZoneOffset.UTC);

  private final Map<String, FieldDescriptor> fields = new LinkedHashMap<>();

  /// The fields that `columns` name, as in JSON (`customerId`) or as in the contract
  /// (`customer_id`).
  EntryCells(Descriptor entry, List<String> columns) {
    for (String column : columns) {
      FieldDescriptor field =
          entry.getFields().stream()
              .filter(known -> known.getJsonName().equals(column) || known.getName().equals(column))
              .findFirst()
              .orElseThrow(() -> new CommandFailure(unknown(column, entry)));
      if (fields.containsValue(field)) {
        throw new CommandFailure(
            "the header line names the field " + field.getJsonName() + " twice");
      }
      fields.put(column, field);
    }
  }

  private static String unknown(String column, Descriptor entry) {
    return "there is no field for the column %s; fields are %s"
        .formatted(
            column,
            entry.getFields().stream()
                .map(FieldDescriptor::getJsonName)
                .collect(Collectors.joining(", ")));
  }

  byte[] json(Row row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JsonRows.MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      for (Map.Entry<String, FieldDescriptor> column : fields.entrySet()) {
        String text = row.text(column.getKey());
        if (!text.isEmpty()) {
          json.writeFieldName(column.getValue().getJsonName());
          write(row.line(), column.getValue(), text, json);
        }
      }
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void write(long line, FieldDescriptor field, String text, JsonGenerator json)
      throws IOException {
    if (isTimestamp(field)) {
      json.writeString(instant(line, field, text));
    } else if (isTree(field)) {
      writeTree(line, field, text, json);
    } else if (isNumber(field) && CsvRows.isNumber(text)) {
      json.writeNumber(text);
    } else if (field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN
        && text.matches("true|false")) {
      json.writeBoolean(text.equals("true"));
    } else {
      json.writeString(text);
    }
  }

  private static boolean isTimestamp(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals(Timestamp.getDescriptor().getFullName());
  }

  private static boolean isTree(FieldDescriptor field) {
    return field.isRepeated()
        || field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        || options(field).getRawJson() != RawJson.RAW_JSON_UNSPECIFIED;
  }

  private static boolean isNumber(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT, LONG, FLOAT, DOUBLE -> true;
      case STRING -> options(field).getDecimal();
      default -> false;
    };
  }

  private static Field options(FieldDescriptor field) {
    return field.getOptions().getExtension(HttpProto.field);
  }

  private static String instant(long line, FieldDescriptor field, String text) {
    try {
      return DATES.parse(text).toString();
    } catch (DateTimeException malformed) {
      throw new RowRejection(
          line, field.getJsonName(), "\"%s\" is not %s".formatted(text, Dates.FORMS));
    }
  }

  private static void writeTree(long line, FieldDescriptor field, String text, JsonGenerator json)
      throws IOException {
    try {
      JsonRows.MAPPER.writeTree(json, JsonRows.MAPPER.readTree(text));
    } catch (JsonProcessingException malformed) {
      throw new RowRejection(
          line, field.getJsonName(), "is no JSON: " + malformed.getOriginalMessage());
    }
  }
}
