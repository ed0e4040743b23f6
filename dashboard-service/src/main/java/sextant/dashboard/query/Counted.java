package sextant.dashboard.query;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.sum;

import java.math.BigDecimal;
import org.jooq.Field;
import org.jooq.Table;

/// Counts to add up: a derived table whose rows are days, single facts, or corrections of days.
/// Only sums over it mean something, never the number of its rows.
///
/// @param table the derived table, to select from
record Counted(Table<?> table) {

  /// What is counted apart, such as `offer_id`; the empty text stands for none.
  static final String NAME = "counted";

  /// Number of the day within the window, from 1.
  static final String DAY_NUMBER = "day_number";

  static Field<String> key(String column) {
    return field(name(NAME, column), String.class);
  }

  static Field<Integer> number(String column) {
    return field(name(NAME, column), Integer.class);
  }

  /// The exact sum of a counter.
  static Field<BigDecimal> total(String counter) {
    return coalesce(sum(field(name(NAME, counter), BigDecimal.class)), inline(BigDecimal.ZERO));
  }

  /// The same, named like the counter.
  static Field<BigDecimal> sumOf(String counter) {
    return total(counter).as(counter);
  }
}
