package sextant.metrics.interaction;

import java.sql.PreparedStatement;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/// Statements that take whole columns: one text array each, cast in the statement. Plain SQL,
/// prepared once per connection: at the rate of intake, rendering and binding such a statement
/// through the DSL would cost more than the rest of the call.
public final class Columns {

  private Columns() {}

  public static <T> String[] of(List<T> rows, Function<T, Object> value) {
    String[] column = new String[rows.size()];
    for (int index = 0; index < column.length; index++) {
      Object cell = value.apply(rows.get(index));
      column[index] = cell == null ? null : cell.toString();
    }
    return column;
  }

  /// Executes `sql`, whose parameters are the tenant and then the columns; returns the number of
  /// rows touched.
  public static int execute(DSLContext tx, String sql, String tenantId, List<String[]> columns) {
    return tx.connectionResult(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenantId);
            int parameter = 2;
            for (String[] column : columns) {
              statement.setArray(parameter++, connection.createArrayOf("text", column));
            }
            return statement.executeUpdate();
          }
        });
  }
}
