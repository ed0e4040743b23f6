package sextant.journeys.engine;

import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Name;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/// A column that holds an attribute of customers: which field, of what type, in which view.
///
/// @param view has the customer in `"customer.text"` and a column for each field
record Attribute(String field, String type, Name view) {

  /// All attributes of the transaction's tenant. Two schemas may have a field of the same name.
  static List<Attribute> all(DSLContext tx) {
    return tx.select(
            DSL.field(name("name"), SQLDataType.CLOB),
            DSL.field(name("data_type"), SQLDataType.CLOB),
            DSL.field(name("view_name"), SQLDataType.CLOB))
        .from(table(name("segments", "attribute_v1")))
        .fetch(
            row -> new Attribute(row.value1(), row.value2(), name("segment_view", row.value3())));
  }
}
