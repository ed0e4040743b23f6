package sextant.gateway.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/// Schemas of the messages that have a JSON form of their own.
final class WellKnownSchemas {

  private WellKnownSchemas() {}

  /// The schema of a well-known type; empty for any other message.
  static Optional<ObjectNode> of(String message) {
    ObjectNode schema = OpenApi.JSON.createObjectNode();
    ObjectNode known =
        switch (message) {
          case "google.protobuf.Timestamp" ->
              schema.put("type", "string").put("format", "date-time");
          case "google.protobuf.Duration" ->
              schema.put("type", "string").put("pattern", "^-?[0-9]+(\\.[0-9]+)?s$");
          case "google.protobuf.FieldMask" -> schema.put("type", "string");
          case "google.protobuf.StringValue" -> schema.put("type", "string");
          case "google.protobuf.BytesValue" ->
              schema.put("type", "string").put("contentEncoding", "base64");
          case "google.protobuf.BoolValue" -> schema.put("type", "boolean");
          case "google.protobuf.Int32Value", "google.protobuf.UInt32Value" ->
              schema.put("type", "integer").put("format", "int32");
          case "google.protobuf.Int64Value", "google.protobuf.UInt64Value" ->
              schema.put("type", "integer").put("format", "int64");
          case "google.protobuf.FloatValue", "google.protobuf.DoubleValue" ->
              schema.put("type", "number");
          case "google.protobuf.Struct", "google.protobuf.Empty" -> schema.put("type", "object");
          case "google.protobuf.ListValue" -> {
            schema.put("type", "array").putObject("items");
            yield schema;
          }
          case "google.protobuf.Value" -> schema;
          default -> null;
        };
    return Optional.ofNullable(known);
  }
}
