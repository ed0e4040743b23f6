package sextant.segments.schema;

import static sextant.segments.jooq.segments.Tables.SCHEMA_DEFINITION;

import java.util.List;
import java.util.UUID;
import org.jooq.Record2;
import org.jooq.impl.DSL;
import sextant.kit.db.Database;

/// Customer tables of before they had views for others to read.
public final class Unpublished {

  private Unpublished() {}

  /// Gives them their views. Any number of replicas may do so at once; they take turns by table.
  public static void publish(Database database, SchemaRepository schemas) {
    List<Record2<String, UUID>> left =
        database.acrossTenants(
            tx ->
                tx.select(SCHEMA_DEFINITION.TENANT_ID, SCHEMA_DEFINITION.SCHEMA_ID)
                    .from(SCHEMA_DEFINITION)
                    .where(
                        DSL.condition(
                            "to_regclass('segment_view.' || quote_ident({0})) is null",
                            SCHEMA_DEFINITION.TABLE_NAME))
                    .fetch());
    for (Record2<String, UUID> table : left) {
      database.inTenant(
          table.value1(),
          tx -> {
            schemas
                .lockForChange(tx, table.value1(), table.value2())
                .ifPresent(schema -> CustomerTable.publish(tx, schema));
            return null;
          });
    }
  }
}
