package sextant.journeys.engine;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Turns rows into the arrays that `unnest` turns back into rows: one statement for a whole batch.
/// jOOQ's own row constructors would send a bind value per cell and be planned anew for every size.
public final class Columns {

  private Columns() {}

  public static <R, C> C[] of(List<R> rows, Function<R, C> cell, IntFunction<C[]> array) {
    return rows.stream().map(cell).toArray(array);
  }

  /// Instants as text, for `::timestamptz[]`.
  public static <R> String[] instants(List<R> rows, Function<R, Instant> cell) {
    return text(
        rows,
        row -> {
          Instant instant = cell.apply(row);
          return instant == null ? null : instant.toString();
        });
  }

  public static <R> String[] text(List<R> rows, Function<R, String> cell) {
    return of(rows, cell, String[]::new);
  }

  /// Each value once, for `= any(?)`.
  static <R> String[] distinct(List<R> rows, Function<R, String> cell) {
    return rows.stream().map(cell).distinct().toArray(String[]::new);
  }
}
