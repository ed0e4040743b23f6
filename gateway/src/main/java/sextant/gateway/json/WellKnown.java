package sextant.gateway.json;

import com.google.protobuf.Descriptors.Descriptor;

/// The message types of protobuf whose JSON is not an object of their fields.
enum WellKnown {
  /// Any other message.
  NONE,
  TIMESTAMP,
  DURATION,
  FIELD_MASK,
  /// `Int32Value` and its like: the JSON is the value.
  WRAPPER,
  STRUCT,
  VALUE,
  LIST_VALUE;

  static WellKnown of(Descriptor type) {
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" -> TIMESTAMP;
      case "google.protobuf.Duration" -> DURATION;
      case "google.protobuf.FieldMask" -> FIELD_MASK;
      case "google.protobuf.Struct" -> STRUCT;
      case "google.protobuf.Value" -> VALUE;
      case "google.protobuf.ListValue" -> LIST_VALUE;
      case "google.protobuf.BoolValue",
          "google.protobuf.BytesValue",
          "google.protobuf.DoubleValue",
          "google.protobuf.FloatValue",
          "google.protobuf.Int32Value",
          "google.protobuf.Int64Value",
          "google.protobuf.StringValue",
          "google.protobuf.UInt32Value",
          "google.protobuf.UInt64Value" ->
          WRAPPER;
      case "google.protobuf.Any" ->
          throw new IllegalArgumentException("google.protobuf.Any has no JSON form here");
      default -> NONE;
    };
  }
}
