package sextant.dashboard.query;

import org.jooq.Field;
import org.jooq.OrderField;

/// Small pieces of statements.
final class Sql {

  private Sql() {}

  /// Ascending by the bytes of an id, whatever the language of the database.
  static OrderField<String> byId(Field<String> id) {
    return id.collate("C").asc();
  }
}
