package sextant.segments.rows;

import static org.jooq.impl.DSL.list;
import static org.jooq.impl.DSL.query;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import sextant.segments.schema.CustomerTable;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;

/// Appends rows with PostgreSQL's COPY, the fastest way in. COPY knows no conflicts: one row that
/// is there already fails them all.
final class TableCopy {

  private TableCopy() {}

  /// `rows` mention the same fields, `mentioned`.
  static long append(DSLContext tx, Schema schema, List<SchemaField> mentioned, List<Row> rows) {
    List<Field<Object>> columns = mentioned.stream().map(CustomerTable::column).toList();
    // The DSL has no COPY; table and columns are parts of it all the same.
    Query copy = query("copy {0} ({1}) from stdin", CustomerTable.table(schema), list(columns));
    byte[] text = text(mentioned, rows).getBytes(StandardCharsets.UTF_8);
    return tx.connectionResult(
        connection -> {
          CopyIn in =
              connection.unwrap(PGConnection.class).getCopyAPI().copyIn(tx.renderInlined(copy));
          try {
            in.writeToCopy(text, 0, text.length);
            return in.endCopy();
          } finally {
            if (in.isActive()) {
              in.cancelCopy();
            }
          }
        });
  }

  /// COPY's text format: a line per row, tabs between values, `\N` for null.
  private static String text(List<SchemaField> mentioned, List<Row> rows) {
    StringBuilder text = new StringBuilder(rows.size() * mentioned.size() * 12);
    for (Row row : rows) {
      char divider = 0;
      for (SchemaField field : mentioned) {
        if (divider != 0) {
          text.append(divider);
        }
        divider = '\t';
        Object value = row.values()[field.getOrdinal() - 1];
        if (value == null) {
          text.append("\\N");
        } else {
          appendEscaped(value.toString(), text);
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static void appendEscaped(String value, StringBuilder text) {
    for (int index = 0; index < value.length(); index++) {
      char unit = value.charAt(index);
      switch (unit) {
        case '\\' -> text.append("\\\\");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        default -> text.append(unit);
      }
    }
  }
}
