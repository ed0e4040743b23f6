package sextant.segments.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sextant.kit.db.Ids;
import sextant.segments.definition.Definition.Join;
import sextant.segments.definition.Definition.JoinType;
import sextant.segments.schema.Names;
import sextant.segments.v1.DataType;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.value.BadValue;
import sextant.segments.value.Json;

/// Reads joins: `{schemaId, type, leftField, rightField, alias}`. Each adds its table to the scope,
/// so the next one can hang on it.
final class JoinReader {

  private static final int MAX_JOINS = 8;
  private static final String ALLOWED = "schemaId, type, leftField, rightField, alias";

  private final Catalog catalog;
  private final Scope scope;
  private final Faults faults;
  private final List<Join> joins = new ArrayList<>();

  JoinReader(Catalog catalog, Scope scope, Faults faults) {
    this.catalog = catalog;
    this.scope = scope;
    this.faults = faults;
  }

  List<Join> read(String text) {
    try {
      if (!(Json.parse(text) instanceof Json.Arr(List<Json> elements))) {
        throw new BadValue("must be an array");
      }
      if (elements.size() > MAX_JOINS) {
        throw new BadValue("must have at most " + MAX_JOINS + " elements");
      }
      for (int index = 0; index < elements.size(); index++) {
        read(elements.get(index), "joins[" + index + "]");
      }
    } catch (BadValue bad) {
      faults.add("joins", bad.getMessage());
    }
    return joins;
  }

  private void read(Json json, String path) {
    if (!(json instanceof Json.Obj object)) {
      faults.add(path, "must be an object, was " + json.kind());
      return;
    }
    Members members = new Members(object, path, faults);
    Optional<Schema> schema =
        members.text("schemaId", "foreignSchemaId").flatMap(id -> schema(id, path));
    JoinType type = type(members, path);
    Optional<String> left = members.text("leftField", "primaryKey");
    Optional<String> right = members.text("rightField", "foreignKey");
    Optional<String> alias =
        members.get("alias").isEmpty() ? Optional.empty() : members.text("alias");
    members.checkUnknown(ALLOWED);
    // Resolved before the joined table is in scope: it cannot hang on itself.
    Optional<Column.OfSource> leftColumn =
        left.flatMap(reference -> found(path + ".leftField", () -> scope.field(reference)));
    if (schema.isEmpty()) {
      return;
    }
    Source source =
        new Source(joins.size() + 1, alias.orElse(schema.get().getName()), schema.get());
    name(source, path);
    Optional<SchemaField> rightField =
        right.flatMap(
            reference ->
                found(
                    path + ".rightField",
                    () -> Scope.field(source, unqualified(reference, source))));
    if (leftColumn.isPresent() && rightField.isPresent()) {
      checkTypes(leftColumn.get(), rightField.get(), path);
      joins.add(new Join(source, type, leftColumn.get(), rightField.get()));
    }
  }

  private Optional<Schema> schema(String id, String path) {
    Optional<Schema> schema = Ids.parse(id).flatMap(catalog::schema);
    if (schema.isEmpty()) {
      faults.add(path + ".schemaId", "schema " + id + " not found");
    }
    return schema;
  }

  private JoinType type(Members members, String path) {
    Json type = members.get("type", "joinType").orElse(new Json.Text("inner"));
    if (type instanceof Json.Text(String text)) {
      switch (text.toLowerCase(Locale.ROOT)) {
        case "inner" -> {
          return JoinType.INNER;
        }
        case "left" -> {
          return JoinType.LEFT;
        }
        default -> {}
      }
    }
    faults.add(path + ".type", "must be inner or left");
    return JoinType.INNER;
  }

  private void name(Source source, String path) {
    try {
      Names.checkPlain(source.name());
      if (!scope.add(source)) {
        throw new BadValue("\"" + source.name() + "\" is taken; give the join another alias");
      }
    } catch (BadValue bad) {
      faults.add(path + ".alias", bad.getMessage());
    }
  }

  /// The field of the joined schema may be qualified too.
  private static String unqualified(String reference, Source source) {
    return reference.startsWith(source.name() + ".")
        ? reference.substring(source.name().length() + 1)
        : reference;
  }

  private interface Lookup<T> {
    T find() throws BadValue;
  }

  private <T> Optional<T> found(String path, Lookup<T> lookup) {
    try {
      return Optional.of(lookup.find());
    } catch (BadValue bad) {
      faults.add(path, bad.getMessage());
      return Optional.empty();
    }
  }

  private void checkTypes(Column.OfSource left, SchemaField right, String path) {
    if (family(left.type()) != family(right.getDataType())
        || left.type() == DataType.DATA_TYPE_JSON) {
      faults.add(
          path + ".rightField",
          "cannot be compared with leftField: one is %s, the other %s"
              .formatted(name(right.getDataType()), name(left.type())));
    }
  }

  /// Types whose values can be equal, by one of them.
  private static DataType family(DataType type) {
    return switch (type) {
      case DATA_TYPE_VARCHAR -> DataType.DATA_TYPE_TEXT;
      case DATA_TYPE_INTEGER, DATA_TYPE_BIGINT, DATA_TYPE_DECIMAL, DATA_TYPE_FLOAT ->
          DataType.DATA_TYPE_NUMBER;
      default -> type;
    };
  }

  private static String name(DataType type) {
    return type.name().substring("DATA_TYPE_".length()).toLowerCase(Locale.ROOT);
  }
}
