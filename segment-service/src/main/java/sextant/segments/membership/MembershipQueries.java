package sextant.segments.membership;

import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.val;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.impl.SQLDataType;
import sextant.segments.definition.SegmentQuery;
import sextant.segments.schema.CustomerTable;
import sextant.segments.segment.SegmentViews;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;
import sextant.segments.v1.Segment;

/// Questions about customers. All of them name customers by the text of their key, for which every
/// customer table has an index.
final class MembershipQueries {

  private static final Field<String> CUSTOMER =
      field(name(SegmentQuery.CUSTOMER_ID), SQLDataType.CLOB);

  /// In the filters of every segment that reads metrics.
  private static final String METRIC = "metric.";

  private MembershipQueries() {}

  /// Which of the customers are in each segment, by its place in the list, as of one instant.
  /// `queries` is asked for the query of a segment whose view would read too much.
  static Map<Integer, List<String>> members(
      DSLContext db,
      List<Segment> segments,
      Collection<String> customerIds,
      Function<Segment, SegmentQuery> queries) {
    if (segments.isEmpty()) {
      return Map.of();
    }
    Field<Integer> place = field(name("place"), SQLDataType.INTEGER);
    Select<Record2<Integer, String>> all = null;
    for (int index = 0; index < segments.size(); index++) {
      Segment segment = segments.get(index);
      Field<Integer> here = inline(index).as(place);
      Select<Record2<Integer, String>> members;
      if (segment.getFilters().contains(METRIC)) {
        SegmentQuery query = queries.apply(segment).limitedTo(customerIds);
        members = query.from(selectDistinct(here, query.customer().as(CUSTOMER)));
      } else {
        members =
            selectDistinct(here, CUSTOMER)
                .from(SegmentViews.view(segment))
                .where(CUSTOMER.eq(any(val(customerIds.toArray(String[]::new)))));
      }
      all = all == null ? members : all.unionAll(members);
    }
    return db.fetch(all).intoGroups(place, CUSTOMER);
  }

  /// The customers' attributes by customer, then by field. The first of two schemas with the same
  /// field wins.
  static Map<String, Map<String, Object>> attributes(
      DSLContext db, List<Schema> schemas, Collection<String> customerIds) {
    Map<String, Map<String, Object>> attributes = new LinkedHashMap<>();
    customerIds.forEach(id -> attributes.put(id, new LinkedHashMap<>()));
    for (Schema schema : schemas) {
      for (Record row : rows(db, schema, customerIds)) {
        Map<String, Object> known = attributes.get(row.get(CUSTOMER_TEXT));
        for (SchemaField field : schema.getFieldsList()) {
          if (!known.containsKey(field.getName())) {
            known.put(field.getName(), row.get(CustomerTable.column(field)));
          }
        }
      }
    }
    attributes.values().removeIf(Map::isEmpty);
    return attributes;
  }

  /// Not the name of any field: those have no full stop.
  private static final Field<String> CUSTOMER_TEXT = field(name("customer.text"), SQLDataType.CLOB);

  private static List<? extends Record> rows(
      DSLContext db, Schema schema, Collection<String> customerIds) {
    Field<String> key =
        CustomerTable.column(CustomerTable.customerKey(schema)).cast(SQLDataType.CLOB);
    List<Field<?>> columns = new ArrayList<>();
    columns.add(key.as(CUSTOMER_TEXT));
    schema.getFieldsList().forEach(field -> columns.add(CustomerTable.column(field)));
    return db.select(columns)
        .from(CustomerTable.table(schema))
        .where(key.eq(any(val(customerIds.toArray(String[]::new)))))
        .fetch();
  }

  /// All members, read as they are consumed. Reads the segment's query and not its view, so that a
  /// slow consumer does not hold up a change of the view.
  static Cursor<Record1<String>> stream(DSLContext db, SegmentQuery query, int fetchSize) {
    return db.fetchLazy(query.from(select(query.customer())).fetchSize(fetchSize));
  }
}
