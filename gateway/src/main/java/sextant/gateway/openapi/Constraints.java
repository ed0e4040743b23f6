package sextant.gateway.openapi;

import build.buf.validate.FieldRules;
import build.buf.validate.MapRules;
import build.buf.validate.RepeatedRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Collection;

/// Adds what protovalidate checks to the schema of a field.
final class Constraints {

  private Constraints() {}

  static FieldRules rules(FieldDescriptor field) {
    return field.getOptions().getExtension(ValidateProto.field);
  }

  static boolean isRequired(FieldDescriptor field) {
    return rules(field).getRequired();
  }

  /// `schema`: of a single value of the rules' type.
  static void addTo(ObjectNode schema, FieldRules rules) {
    switch (rules.getTypeCase()) {
      case STRING -> addString(schema, rules.getString(), rules.getRequired());
      case INT32,
          INT64,
          UINT32,
          UINT64,
          SINT32,
          SINT64,
          FIXED32,
          FIXED64,
          SFIXED32,
          SFIXED64,
          FLOAT,
          DOUBLE ->
          addNumber(schema, (Message) rules.getField(typeField(rules)));
      case REPEATED -> addRepeated(schema, rules.getRepeated());
      case MAP -> addMap(schema, rules.getMap());
      case BOOL, BYTES, ENUM, ANY, DURATION, FIELD_MASK, TIMESTAMP, TYPE_NOT_SET -> {
        if (rules.getRequired() && "string".equals(type(schema)) && !schema.has("format")) {
          schema.put("minLength", 1);
        }
      }
    }
  }

  private static String type(ObjectNode schema) {
    return schema.path("type").asText();
  }

  private static FieldDescriptor typeField(FieldRules rules) {
    return rules.getDescriptorForType().findFieldByNumber(rules.getTypeCase().getNumber());
  }

  private static void addString(ObjectNode schema, StringRules rules, boolean required) {
    if (rules.hasLen()) {
      schema.put("minLength", rules.getLen()).put("maxLength", rules.getLen());
    }
    if (rules.hasMinLen()) {
      schema.put("minLength", rules.getMinLen());
    } else if (required && !rules.hasLen()) {
      schema.put("minLength", 1);
    }
    if (rules.hasMaxLen()) {
      schema.put("maxLength", rules.getMaxLen());
    }
    if (rules.hasPattern()) {
      schema.put("pattern", rules.getPattern());
    }
    if (rules.hasConst()) {
      schema.put("const", rules.getConst());
    }
    if (rules.getInCount() > 0) {
      ArrayNode values = schema.putArray("enum");
      rules.getInList().forEach(values::add);
    }
    switch (rules.getWellKnownCase()) {
      case UUID -> schema.put("format", "uuid");
      case EMAIL -> schema.put("format", "email");
      case URI -> schema.put("format", "uri");
      case HOSTNAME -> schema.put("format", "hostname");
      default -> {}
    }
  }

  /// The rules of all number types have fields of the same names.
  private static void addNumber(ObjectNode schema, Message rules) {
    rules
        .getAllFields()
        .forEach(
            (rule, value) -> {
              switch (rule.getName()) {
                case "gte" -> schema.putPOJO("minimum", value);
                case "lte" -> schema.putPOJO("maximum", value);
                case "gt" -> schema.putPOJO("exclusiveMinimum", value);
                case "lt" -> schema.putPOJO("exclusiveMaximum", value);
                case "const" -> schema.putPOJO("const", value);
                case "in" -> {
                  ArrayNode values = schema.putArray("enum");
                  ((Collection<?>) value).forEach(values::addPOJO);
                }
                default -> {}
              }
            });
  }

  private static void addRepeated(ObjectNode schema, RepeatedRules rules) {
    if (rules.hasMinItems()) {
      schema.put("minItems", rules.getMinItems());
    }
    if (rules.hasMaxItems()) {
      schema.put("maxItems", rules.getMaxItems());
    }
    if (rules.getUnique()) {
      schema.put("uniqueItems", true);
    }
    if (rules.hasItems() && schema.get("items") instanceof ObjectNode items) {
      addTo(items, rules.getItems());
    }
  }

  private static void addMap(ObjectNode schema, MapRules rules) {
    if (rules.hasMinPairs()) {
      schema.put("minProperties", rules.getMinPairs());
    }
    if (rules.hasMaxPairs()) {
      schema.put("maxProperties", rules.getMaxPairs());
    }
  }
}
