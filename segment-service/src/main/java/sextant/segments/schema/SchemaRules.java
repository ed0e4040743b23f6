package sextant.segments.schema;

import static sextant.segments.v1.DataType.DATA_TYPE_DECIMAL;
import static sextant.segments.v1.DataType.DATA_TYPE_JSON;
import static sextant.segments.v1.DataType.DATA_TYPE_VARCHAR;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.segments.v1.DataType;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.value.BadValue;
import sextant.segments.value.FieldValue;
import sextant.segments.value.Json;

/// What makes a schema valid, beyond what the contract states about single fields. All faults are
/// reported at once.
final class SchemaRules {

  /// In order of preference: the names that make a field the key when none is marked.
  private static final List<String> KEY_NAMES = List.of("customer_id", "customerId", "id");

  /// Whose row it is, whatever the primary key; so they cannot come later.
  private static final List<String> CUSTOMER_NAMES = KEY_NAMES.subList(0, 2);

  private static final int DEFAULT_LENGTH = 255;

  private final List<Violation> violations = new ArrayList<>();

  private SchemaRules() {}

  static void checkName(String name) {
    try {
      Names.checkSchema(name);
    } catch (BadValue bad) {
      throw ApiException.invalid("name", bad.getMessage());
    }
  }

  /// The fields of a new schema.
  static List<SchemaField> fields(List<SchemaFieldInput> inputs) {
    SchemaRules rules = new SchemaRules();
    rules.checkNames(inputs);
    int key = rules.primaryKey(inputs);
    List<SchemaField> fields = new ArrayList<>();
    for (int index = 0; index < inputs.size(); index++) {
      fields.add(rules.field(inputs.get(index), index, index + 1, index == key));
    }
    rules.check();
    return fields;
  }

  /// The name of the field that says whose row it is.
  static String customerKey(List<SchemaField> fields) {
    return CUSTOMER_NAMES.stream()
        .filter(name -> fields.stream().anyMatch(field -> field.getName().equals(name)))
        .findFirst()
        .or(
            () ->
                fields.stream()
                    .filter(SchemaField::getIsPrimaryKey)
                    .map(SchemaField::getName)
                    .findFirst())
        .orElseThrow();
  }

  /// `schema` with changes to its fields: known ones described anew, new ones at the end.
  static List<SchemaField> merge(Schema schema, List<SchemaFieldInput> inputs) {
    SchemaRules rules = new SchemaRules();
    rules.checkNames(inputs);
    Map<String, Integer> positions = new HashMap<>();
    schema.getFieldsList().forEach(field -> positions.put(field.getName(), positions.size()));
    List<SchemaField> merged = new ArrayList<>(schema.getFieldsList());
    for (int index = 0; index < inputs.size(); index++) {
      SchemaFieldInput input = inputs.get(index);
      Integer position = positions.get(input.getName());
      if (position != null) {
        merged.set(position, rules.described(schema.getFields(position), input, index));
      } else {
        rules.checkAddition(input, index);
        merged.add(rules.field(input, index, merged.size() + 1, false));
      }
    }
    if (merged.size() > 500) {
      rules.violate("fields", "must be at most 500 with those that exist");
    }
    rules.check();
    return merged;
  }

  private void checkAddition(SchemaFieldInput input, int index) {
    if (CUSTOMER_NAMES.contains(input.getName())) {
      violate(index, "name", "cannot be added later: it would change whose the rows are");
    }
    if (input.getIsPrimaryKey()) {
      violate(index, "is_primary_key", "cannot be added to a schema that has one");
    }
    if (input.hasIsNullable() && !input.getIsNullable() && !input.hasDefaultValue()) {
      violate(index, "default_value", "is required, for the rows that exist");
    }
    if (input.getIsUnique() && input.hasDefaultValue()) {
      violate(index, "default_value", "cannot be unique, all rows that exist would get it");
    }
  }

  /// Only what is for people may change.
  private SchemaField described(SchemaField existing, SchemaFieldInput input, int index) {
    boolean same =
        input.getDataType() == existing.getDataType()
            && (!input.hasLength() || input.getLength() == existing.getLength())
            && (!input.hasPrecision() || input.getPrecision() == existing.getPrecision())
            && (!input.hasScale() || input.getScale() == existing.getScale())
            && (!input.hasIsNullable() || input.getIsNullable() == existing.getIsNullable())
            && (!input.hasIsPrimaryKey() || input.getIsPrimaryKey() == existing.getIsPrimaryKey())
            && (!input.hasIsUnique() || input.getIsUnique() == existing.getIsUnique())
            && (!input.hasDefaultValue()
                || input.getDefaultValue().equals(existing.getDefaultValue()));
    if (!same) {
      violate(
          index,
          "name",
          "\"" + input.getName() + "\" exists; only displayName and description can change");
    }
    SchemaField.Builder field = existing.toBuilder();
    if (input.hasDisplayName()) {
      field.setDisplayName(input.getDisplayName());
    }
    if (input.hasDescription()) {
      field.setDescription(input.getDescription());
    }
    return field.build();
  }

  private void checkNames(List<SchemaFieldInput> inputs) {
    Set<String> seen = new HashSet<>();
    for (int index = 0; index < inputs.size(); index++) {
      String name = inputs.get(index).getName();
      try {
        Names.checkField(name);
      } catch (BadValue bad) {
        violate(index, "name", bad.getMessage());
      }
      if (!seen.add(name)) {
        violate(index, "name", "\"" + name + "\" is there twice");
      }
    }
  }

  /// Index of the primary key, or -1 after a violation.
  private int primaryKey(List<SchemaFieldInput> inputs) {
    int key = -1;
    for (int index = 0; index < inputs.size(); index++) {
      if (inputs.get(index).getIsPrimaryKey()) {
        if (key >= 0) {
          violate(index, "is_primary_key", "must be true for one field only");
        }
        key = index;
      }
    }
    if (key < 0) {
      List<String> names = inputs.stream().map(SchemaFieldInput::getName).toList();
      Optional<String> named = KEY_NAMES.stream().filter(names::contains).findFirst();
      if (named.isEmpty()) {
        violate("fields", "needs a primary key: mark a field isPrimaryKey or name one customer_id");
        return -1;
      }
      key = names.indexOf(named.get());
    }
    return key;
  }

  private SchemaField field(SchemaFieldInput input, int index, int ordinal, boolean isKey) {
    SchemaField.Builder field =
        SchemaField.newBuilder()
            .setName(input.getName())
            .setDisplayName(
                input.getDisplayName().isEmpty() ? input.getName() : input.getDisplayName())
            .setDataType(input.getDataType())
            .setIsNullable(!isKey && (!input.hasIsNullable() || input.getIsNullable()))
            .setIsPrimaryKey(isKey)
            .setIsUnique(isKey || input.getIsUnique())
            .setOrdinal(ordinal);
    if (input.hasDescription()) {
      field.setDescription(input.getDescription());
    }
    size(input, index, field);
    if (isKey) {
      checkKey(input, index);
    } else {
      defaultValue(input, index, field);
    }
    if (input.getIsUnique() && input.getDataType() == DATA_TYPE_JSON) {
      violate(index, "is_unique", "is not possible for json");
    }
    return field.build();
  }

  private void size(SchemaFieldInput input, int index, SchemaField.Builder field) {
    DataType type = input.getDataType();
    if (type == DATA_TYPE_VARCHAR) {
      field.setLength(input.hasLength() ? input.getLength() : DEFAULT_LENGTH);
    } else if (input.hasLength()) {
      violate(index, "length", "is only for varchar");
    }
    if (type == DATA_TYPE_DECIMAL && input.hasPrecision()) {
      if (input.getScale() > input.getPrecision()) {
        violate(index, "scale", "must be at most the precision, " + input.getPrecision());
      }
      field.setPrecision(input.getPrecision()).setScale(input.getScale());
    } else if (input.hasPrecision()) {
      violate(index, "precision", "is only for decimal");
    } else if (input.hasScale()) {
      violate(index, "scale", "is only for decimal with a precision");
    }
  }

  private void checkKey(SchemaFieldInput input, int index) {
    switch (input.getDataType()) {
      case DATA_TYPE_TEXT, DATA_TYPE_VARCHAR, DATA_TYPE_INTEGER, DATA_TYPE_BIGINT -> {}
      default ->
          violate(index, "data_type", "of a primary key must be text, varchar, integer or bigint");
    }
    if (input.getIsNullable()) {
      violate(index, "is_nullable", "must not be true for a primary key");
    }
    if (input.hasDefaultValue()) {
      violate(index, "default_value", "is not possible for a primary key");
    }
  }

  private void defaultValue(SchemaFieldInput input, int index, SchemaField.Builder field) {
    if (!input.hasDefaultValue()) {
      return;
    }
    try {
      Json value = Json.parse(input.getDefaultValue());
      if (value instanceof Json.Null && input.getDataType() != DATA_TYPE_JSON) {
        return;
      }
      if (input.getDataType() != DATA_TYPE_JSON) {
        FieldValue.of(field.build(), value);
      }
      field.setDefaultValue(input.getDefaultValue());
    } catch (BadValue bad) {
      violate(index, "default_value", bad.getMessage());
    }
  }

  private void violate(int index, String property, String message) {
    violate("fields[" + index + "]." + property, message);
  }

  private void violate(String field, String message) {
    violations.add(new Violation(field, message));
  }

  private void check() {
    if (!violations.isEmpty()) {
      throw ApiException.invalid(violations);
    }
  }
}
