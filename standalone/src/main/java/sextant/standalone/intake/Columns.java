package sextant.standalone.intake;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.standalone.CommandFailure;

/// Which column of a file is which field of a schema: the one of the same name, unless told.
final class Columns {

  @Option(
      names = "--rename",
      paramLabel = "COL=FIELD",
      description = "The field that a column goes to, when their names differ. May be repeated.")
  private final Map<String, String> renamed = new LinkedHashMap<>();

  @Option(
      names = "--skip",
      paramLabel = "COL",
      description = "A column to leave out. May be repeated.")
  private final Set<String> skipped = new LinkedHashSet<>();

  /// The field that a column goes to, or null when it is left out.
  String field(String column) {
    return skipped.contains(column) ? null : renamed.getOrDefault(column, column);
  }

  /// Fails when a file with the columns `known` cannot fill `schema`, or not as told.
  void check(List<String> known, Schema schema) {
    for (String column : renamed.keySet()) {
      requireColumn(known, column);
    }
    for (String column : skipped) {
      requireColumn(known, column);
    }
    List<String> names = schema.getFieldsList().stream().map(SchemaField::getName).toList();
    Set<String> filled = new HashSet<>();
    for (String column : known) {
      String field = field(column);
      if (field != null && !names.contains(field)) {
        throw new CommandFailure(
            "the schema %s has no field %s; it has %s. --skip leaves a column out, --rename gives it to a field"
                .formatted(schema.getName(), field, String.join(", ", names)));
      }
      if (field != null && !filled.add(field)) {
        throw new CommandFailure("two columns of the file go to the field " + field);
      }
    }
    for (SchemaField field : schema.getFieldsList()) {
      boolean required = !field.getIsNullable() && !field.hasDefaultValue();
      if (required && !filled.contains(field.getName())) {
        throw new CommandFailure(
            "the file has no column for the required field %s; it has %s"
                .formatted(field.getName(), String.join(", ", known)));
      }
    }
  }

  private static void requireColumn(List<String> known, String column) {
    if (!known.contains(column)) {
      throw new CommandFailure(
          "the file has no column %s; it has %s".formatted(column, String.join(", ", known)));
    }
  }
}
