package sextant.gateway.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import sextant.gateway.json.JsonWriter;
import sextant.gateway.json.MalformedWireException;
import sextant.gateway.json.Programs;

/// The JSON names of an enum's values. Asks the program that prints them, so that there is one
/// place that knows how they are named.
final class EnumNames {

  private final Programs programs = new Programs();

  /// The names that a field of an enum type may have, those of values that only ever mean "nothing"
  /// left out.
  List<String> of(FieldDescriptor field) {
    JsonWriter writer = programs.writer(field.getContainingType());
    return field.getEnumType().getValues().stream()
        .map(value -> print(writer, field, value))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .distinct()
        .toList();
  }

  private static JsonNode print(
      JsonWriter writer, FieldDescriptor field, EnumValueDescriptor value) {
    try {
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(wire);
      out.writeEnum(field.getNumber(), value.getNumber());
      out.flush();
      JsonNode json = OpenApi.JSON.readTree(writer.writeField(wire.toByteArray(), field));
      return field.isRepeated() ? json.get(0) : json;
    } catch (IOException | MalformedWireException impossible) {
      throw new IllegalStateException("a value of " + field + " cannot be printed", impossible);
    }
  }
}
