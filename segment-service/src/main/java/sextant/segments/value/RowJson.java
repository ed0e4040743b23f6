package sextant.segments.value;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.Record;

/// Writes values of columns as JSON text with all their digits.
public final class RowJson {

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int NANOS_PER_MILLI = 1_000_000;

  /// As JavaScript prints numbers: without an exponent below this.
  private static final double EXPONENT_FROM = 1e21;

  private RowJson() {}

  /// An array of objects whose keys are the names of `fields`.
  public static String rows(List<? extends Record> rows, List<? extends Field<?>> fields) {
    return write(
        json -> {
          json.writeStartArray();
          for (Record row : rows) {
            object(json, row, fields);
          }
          json.writeEndArray();
        });
  }

  /// An object of values.
  public static String object(Map<String, Object> values) {
    return write(
        json -> {
          json.writeStartObject();
          for (Map.Entry<String, Object> entry : values.entrySet()) {
            json.writeFieldName(entry.getKey());
            value(json, entry.getValue());
          }
          json.writeEndObject();
        });
  }

  /// An array of values.
  public static String values(List<?> values) {
    return write(
        json -> {
          json.writeStartArray();
          for (Object value : values) {
            value(json, value);
          }
          json.writeEndArray();
        });
  }

  /// The number in a numeric column.
  public static String number(Number value) {
    return switch (value) {
      case BigDecimal number -> number.toPlainString();
      case Double number -> floating(number);
      default -> value.toString();
    };
  }

  static void object(JsonGenerator json, Record row, List<? extends Field<?>> fields)
      throws IOException {
    json.writeStartObject();
    for (Field<?> field : fields) {
      json.writeFieldName(field.getName());
      value(json, row.get(field));
    }
    json.writeEndObject();
  }

  static void value(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Number number -> json.writeRawValue(number(number));
      case Boolean bool -> json.writeBoolean(bool);
      case LocalDate date -> json.writeString(date.toString());
      case Instant instant -> json.writeString(timestamp(instant));
      case JSON document -> json.writeRawValue(document.data());
      default -> throw new IllegalStateException("no column holds a " + value.getClass());
    }
  }

  static String timestamp(Instant instant) {
    return (instant.getNano() % NANOS_PER_MILLI == 0 ? MILLIS : MICROS).format(instant);
  }

  /// The shortest decimal that reads back as the same double.
  static String floating(double number) {
    if (Math.abs(number) >= EXPONENT_FROM) {
      return Double.toString(number);
    }
    BigDecimal shortest = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    return shortest.signum() == 0 ? "0" : shortest.toPlainString();
  }

  interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  static String write(Writing writing) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.FACTORY.createGenerator(text)) {
      writing.write(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return text.toString();
  }
}
