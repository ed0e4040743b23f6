package sextant.gateway.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sextant.gateway.contract.Comments;
import sextant.gateway.route.RouteTable;
import sextant.http.v1.Absent;
import sextant.http.v1.Field;
import sextant.http.v1.HttpProto;

/// Schemas of messages. A message has two when it goes both ways: in a request a field may be left
/// out, in a response it is always there.
final class Schemas {

  private enum Direction {
    REQUEST,
    RESPONSE
  }

  private record Key(String message, Direction direction) {}

  private final Comments comments;
  private final EnumNames enumNames = new EnumNames();
  private final Set<String> answered = new HashSet<>();
  private final Map<Key, String> names = new LinkedHashMap<>();
  private final ObjectNode components = OpenApi.JSON.createObjectNode();

  Schemas(Comments comments, RouteTable routes) {
    this.comments = comments;
    components.set("Error", ErrorDocs.schema());
    routes
        .endpoints()
        .forEach(
            endpoint ->
                endpoint
                    .operations()
                    .forEach(operation -> collect(operation.rpc().method().getOutputType())));
  }

  /// The messages that responses consist of.
  private void collect(Descriptor message) {
    if (answered.add(message.getFullName())) {
      message.getFields().stream()
          .filter(field -> field.getJavaType() == JavaType.MESSAGE)
          .forEach(field -> collect(field.getMessageType()));
    }
  }

  ObjectNode components() {
    return components;
  }

  /// The body that is a whole message, without the fields that come otherwise.
  JsonNode request(Descriptor message, Set<FieldDescriptor> without) {
    return without.isEmpty()
        ? message(message, Direction.REQUEST)
        : object(message, Direction.REQUEST, without);
  }

  boolean requiresAnything(Descriptor message) {
    return message.getFields().stream().anyMatch(Constraints::isRequired);
  }

  ObjectNode requestField(FieldDescriptor field) {
    return value(field, Direction.REQUEST);
  }

  ObjectNode response(Descriptor message) {
    return message(message, Direction.RESPONSE);
  }

  ObjectNode responseField(FieldDescriptor field) {
    return value(field, Direction.RESPONSE);
  }

  ObjectNode responseElement(FieldDescriptor repeated) {
    return single(repeated, Direction.RESPONSE);
  }

  /// A path, query or header value.
  ObjectNode parameter(FieldDescriptor field) {
    return value(field, Direction.REQUEST);
  }

  static JsonNode oneOf(List<JsonNode> schemas) {
    if (schemas.size() == 1) {
      return schemas.getFirst();
    }
    ObjectNode union = OpenApi.JSON.createObjectNode();
    // Not oneOf: messages of optional fields only are all alike to a validator.
    union.putArray("anyOf").addAll(schemas);
    return union;
  }

  private ObjectNode message(Descriptor message, Direction direction) {
    return WellKnownSchemas.of(message.getFullName())
        .orElseGet(() -> reference(message, direction));
  }

  private ObjectNode reference(Descriptor message, Direction direction) {
    Key key = new Key(message.getFullName(), direction);
    String name = names.get(key);
    if (name == null) {
      name = name(message, direction);
      names.put(key, name);
      components.set(name, object(message, direction, Set.of()));
    }
    return OpenApi.JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }

  private String name(Descriptor message, Direction direction) {
    boolean bothWays = direction == Direction.REQUEST && answered.contains(message.getFullName());
    String name = message.getName() + (bothWays ? "Input" : "");
    // The same name in another package.
    return names.containsValue(name) || name.equals("Error")
        ? message.getFullName().replace('.', '_') + (bothWays ? "Input" : "")
        : name;
  }

  private ObjectNode object(Descriptor message, Direction direction, Set<FieldDescriptor> without) {
    ObjectNode schema = OpenApi.JSON.createObjectNode().put("type", "object");
    describe(schema, comments.of(message));
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = OpenApi.JSON.createArrayNode();
    for (FieldDescriptor field : message.getFields()) {
      Field options = options(field);
      if (options.getHidden()
          || without.contains(field)
          || direction == Direction.REQUEST && field.getName().equals("update_mask")) {
        continue;
      }
      properties.set(field.getJsonName(), property(field, direction));
      if (isRequired(field, options, direction)) {
        required.add(field.getJsonName());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    if (direction == Direction.REQUEST) {
      schema.put("additionalProperties", false);
      addAliases(message, without, properties);
    }
    return schema;
  }

  private static boolean isRequired(FieldDescriptor field, Field options, Direction direction) {
    if (direction == Direction.RESPONSE) {
      return options.getAbsent() != Absent.ABSENT_OMIT;
    }
    // One that a header or an alias may fill need not be there under this name.
    return Constraints.isRequired(field)
        && options.getHeader().isEmpty()
        && options.getAliasesCount() == 0;
  }

  private static void addAliases(
      Descriptor message, Set<FieldDescriptor> without, ObjectNode properties) {
    for (FieldDescriptor field : message.getFields()) {
      if (!without.contains(field)) {
        options(field)
            .getAliasesList()
            .forEach(
                alias ->
                    properties
                        .putObject(alias)
                        .put("description", "The same as " + field.getJsonName() + "."));
      }
    }
  }

  private ObjectNode property(FieldDescriptor field, Direction direction) {
    ObjectNode schema = value(field, direction);
    boolean nullable =
        direction == Direction.RESPONSE
            ? field.hasPresence() && options(field).getAbsent() != Absent.ABSENT_OMIT
            : field.hasPresence() && !Constraints.isRequired(field);
    if (nullable) {
      schema = orNull(schema);
    }
    describe(schema, comments.of(field));
    return schema;
  }

  private static ObjectNode orNull(ObjectNode schema) {
    JsonNode type = schema.get("type");
    if (type != null && type.isTextual() && !schema.has("enum") && !schema.has("const")) {
      schema.putArray("type").add(type.asText()).add("null");
      return schema;
    }
    if (type == null && !schema.has("$ref") && !schema.has("anyOf")) {
      return schema;
    }
    ObjectNode union = OpenApi.JSON.createObjectNode();
    union.putArray("anyOf").add(schema).addObject().put("type", "null");
    return union;
  }

  private ObjectNode value(FieldDescriptor field, Direction direction) {
    ObjectNode schema;
    if (field.isMapField()) {
      schema = OpenApi.JSON.createObjectNode().put("type", "object");
      FieldDescriptor mapped = field.getMessageType().findFieldByNumber(2);
      schema.set("additionalProperties", single(mapped, direction));
    } else if (field.isRepeated()) {
      schema = OpenApi.JSON.createObjectNode().put("type", "array");
      schema.set("items", single(field, direction));
    } else {
      schema = single(field, direction);
    }
    if (direction == Direction.REQUEST && !schema.has("$ref")) {
      Constraints.addTo(schema, Constraints.rules(field));
    }
    if (direction == Direction.REQUEST && options(field).getAcceptSingle()) {
      ObjectNode union = OpenApi.JSON.createObjectNode();
      union.putArray("anyOf").add(schema).add(single(field, direction));
      return union;
    }
    return schema;
  }

  private ObjectNode single(FieldDescriptor field, Direction direction) {
    ObjectNode schema = OpenApi.JSON.createObjectNode();
    Field options = options(field);
    if (options.getDecimal()) {
      return schema.put("type", "number");
    }
    switch (options.getRawJson()) {
      case RAW_JSON_ANY -> {
        return schema;
      }
      case RAW_JSON_OBJECT -> {
        return schema.put("type", "object");
      }
      case RAW_JSON_ARRAY -> {
        schema.put("type", "array").putObject("items");
        return schema;
      }
      case RAW_JSON_UNSPECIFIED, UNRECOGNIZED -> {}
    }
    return switch (field.getJavaType()) {
      case STRING -> schema.put("type", "string");
      case BYTE_STRING -> schema.put("type", "string").put("contentEncoding", "base64");
      case INT -> schema.put("type", "integer").put("format", "int32");
      case LONG -> schema.put("type", "integer").put("format", "int64");
      case FLOAT -> schema.put("type", "number").put("format", "float");
      case DOUBLE -> schema.put("type", "number").put("format", "double");
      case BOOLEAN -> schema.put("type", "boolean");
      case ENUM -> enumeration(schema, field);
      case MESSAGE -> message(field.getMessageType(), direction);
    };
  }

  private ObjectNode enumeration(ObjectNode schema, FieldDescriptor field) {
    EnumDescriptor type = field.getEnumType();
    ArrayNode values = schema.put("type", "string").putArray("enum");
    enumNames.of(field).forEach(values::add);
    describe(schema, comments.of(type));
    return schema;
  }

  private static void describe(ObjectNode schema, String comment) {
    if (!comment.isEmpty()) {
      schema.put("description", comment);
    }
  }

  private static Field options(FieldDescriptor field) {
    return field.getOptions().getExtension(HttpProto.field);
  }
}
