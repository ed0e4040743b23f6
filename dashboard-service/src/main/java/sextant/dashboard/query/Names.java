package sextant.dashboard.query;

import static org.jooq.impl.DSL.any;

import java.util.Collection;
import java.util.Map;
import org.jooq.Field;
import org.jooq.Table;

/// Names of entries of the catalogue.
final class Names {

  private final Map<String, String> byId;

  private Names(Map<String, String> byId) {
    this.byId = byId;
  }

  static Names of(Reading reading, Table<?> table, Collection<String> ids) {
    Field<String> id = table.field("id", String.class);
    Field<String> name = table.field("name", String.class);
    return new Names(
        reading
            .db()
            .select(id, name)
            .from(table)
            .where(table.field("tenant_id", String.class).eq(reading.tenantId()))
            .and(id.eq(any(ids.toArray(String[]::new))))
            .fetchMap(id, name));
  }

  /// The id itself when the catalogue does not know it.
  String get(String id) {
    return byId.getOrDefault(id, id);
  }
}
