package sextant.segments.schema;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import sextant.segments.value.BadValue;

/// Which names schemas and fields may have, and what their tables are called.
public final class Names {

  /// PostgreSQL cuts longer identifiers silently.
  private static final int MAX_IDENTIFIER_BYTES = 63;

  /// Every PostgreSQL table has these already.
  private static final Set<String> SYSTEM_COLUMNS =
      Set.of("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid");

  /// Leaves room for the id and for the suffixes of constraints.
  private static final int MAX_READABLE_LENGTH = 32;

  private Names() {}

  /// A field's name is its column's name, quoted, so nearly anything goes.
  static void checkField(String name) throws BadValue {
    checkPlain(name);
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_IDENTIFIER_BYTES) {
      throw new BadValue("must have at most " + MAX_IDENTIFIER_BYTES + " bytes");
    }
    if (name.indexOf('.') >= 0) {
      throw new BadValue("must not contain a full stop, which qualifies fields with schemas");
    }
    if (SYSTEM_COLUMNS.contains(name)) {
      throw new BadValue(
          "must not be one of " + String.join(", ", new java.util.TreeSet<>(SYSTEM_COLUMNS)));
    }
  }

  static void checkSchema(String name) throws BadValue {
    checkPlain(name);
  }

  /// What both, and aliases in joins, have in common.
  public static void checkPlain(String name) throws BadValue {
    if (name.isEmpty()) {
      throw new BadValue("must not be empty");
    }
    if (name.codePoints().anyMatch(point -> !isPlain(point))) {
      throw new BadValue("must not contain control characters or malformed Unicode");
    }
    if (!name.equals(name.strip())) {
      throw new BadValue("must not start or end with a space");
    }
  }

  private static boolean isPlain(int point) {
    int type = Character.getType(point);
    return type != Character.CONTROL && type != Character.SURROGATE;
  }

  /// Readable for an operator, and unique among all tenants by the end of the schema's id.
  static String table(String schemaName, UUID schemaId) {
    String readable =
        Normalizer.normalize(schemaName, Normalizer.Form.NFKD)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\p{M}+", "")
            .replaceAll("[^a-z0-9]+", "_")
            .replaceAll("^_+|_+$", "");
    String id = schemaId.toString();
    return "ds_"
        + readable.substring(0, Math.min(readable.length(), MAX_READABLE_LENGTH))
        + "_"
        + id.substring(id.length() - 12);
  }
}
