package sextant.segments.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.JSON;
import sextant.segments.v1.DataType;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.value.BadValue;
import sextant.segments.value.FieldValue;
import sextant.segments.value.Json;

/// Reads rows from JSON text in one pass, checking each value against its field. A bad value makes
/// its row bad, and nothing else.
final class RowReader {

  /// What is wrong with a row; `field` is empty when it is the row as a whole.
  record Fault(int index, String field, String message) {}

  /// The good rows, and what is wrong with the others.
  record Rows(List<Row> good, List<Fault> faults, int count) {}

  /// Duplicate keys are noticed here, by position, for less.
  private static final JsonFactory FACTORY =
      JsonFactory.builder().streamReadConstraints(Json.FACTORY.streamReadConstraints()).build();

  /// Stands for a value that was refused.
  private static final Object BAD = new Object();

  /// Stand for any array and object where only a scalar will do.
  private static final Json ARRAY = new Json.Arr(List.of());

  private static final Json OBJECT = new Json.Obj(Map.of());

  private final List<SchemaField> fields;
  private final Map<String, Integer> positions = new LinkedHashMap<>();
  private final boolean textValues;

  /// `textValues`: whether values may be given as text, as in a CSV file.
  RowReader(Schema schema, boolean textValues) {
    this.fields = schema.getFieldsList();
    this.textValues = textValues;
    fields.forEach(field -> positions.put(field.getName(), positions.size()));
  }

  /// `limit`: how many rows there may be.
  Rows read(String text, int limit) throws BadValue {
    Rows rows = new Rows(new ArrayList<>(), new ArrayList<>(), 0);
    int count = 0;
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new BadValue("must be an array of objects");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (count == limit) {
          throw new BadValue("must have at most " + limit + " rows");
        }
        row(parser, text, count, rows);
        count++;
      }
      if (parser.nextToken() != null) {
        throw new BadValue("must be a single array");
      }
    } catch (IOException malformed) {
      throw Json.malformed(malformed);
    }
    return new Rows(rows.good, rows.faults, count);
  }

  private void row(JsonParser parser, String text, int index, Rows rows) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      rows.faults.add(new Fault(index, "", "must be an object"));
      return;
    }
    Object[] values = new Object[fields.size()];
    Arrays.fill(values, Row.ABSENT);
    int faults = rows.faults.size();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      Integer position = positions.get(name);
      try {
        if (position == null) {
          throw new BadValue(
              "is not a field of the schema, which has " + String.join(", ", positions.keySet()));
        }
        if (values[position] != Row.ABSENT) {
          throw new BadValue("is there twice");
        }
        values[position] = value(parser, text, fields.get(position));
      } catch (BadValue bad) {
        parser.skipChildren();
        rows.faults.add(new Fault(index, name, bad.getMessage()));
        if (position != null) {
          values[position] = BAD;
        }
      }
    }
    checkRequired(values, index, rows);
    if (rows.faults.size() == faults) {
      rows.good.add(new Row(index, values));
    }
  }

  private Object value(JsonParser parser, String text, SchemaField field)
      throws IOException, BadValue {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (textValues && token == JsonToken.VALUE_STRING) {
      return valueOfText(parser.getText(), field);
    }
    if (field.getDataType() == DataType.DATA_TYPE_JSON) {
      int start = (int) parser.currentTokenLocation().getCharOffset();
      parser.skipChildren();
      parser.finishToken();
      return JSON.json(text.substring(start, (int) parser.currentLocation().getCharOffset()));
    }
    if (token.isStructStart()) {
      return FieldValue.of(field, token == JsonToken.START_ARRAY ? ARRAY : OBJECT);
    }
    return FieldValue.of(field, Json.scalar(parser));
  }

  private static Object valueOfText(String text, SchemaField field) throws BadValue {
    boolean isText =
        field.getDataType() == DataType.DATA_TYPE_TEXT
            || field.getDataType() == DataType.DATA_TYPE_VARCHAR;
    return text.isEmpty() && !isText ? null : FieldValue.ofText(field, text);
  }

  private void checkRequired(Object[] values, int index, Rows rows) {
    for (int position = 0; position < values.length; position++) {
      SchemaField field = fields.get(position);
      if (field.getIsNullable()) {
        continue;
      }
      if (values[position] == null) {
        rows.faults.add(new Fault(index, field.getName(), "must not be null"));
      } else if (values[position] == Row.ABSENT && !field.hasDefaultValue()) {
        rows.faults.add(new Fault(index, field.getName(), "is required"));
      }
    }
  }
}
