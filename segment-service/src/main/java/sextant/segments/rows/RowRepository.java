package sextant.segments.rows;

import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertOnDuplicateSetMoreStep;
import org.jooq.Record;
import org.jooq.SelectField;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import sextant.segments.schema.CustomerTable;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;

/// Reads and writes the rows of customer tables. Rows travel as one array per column, so the cost
/// of a statement is shared by all of them.
final class RowRepository {

  /// What became of rows that were written.
  record Written(long inserted, long updated, long skipped) {

    static final Written NOTHING = new Written(0, 0, 0);

    Written plus(Written other) {
      return new Written(
          inserted + other.inserted, updated + other.updated, skipped + other.skipped);
    }
  }

  /// Leaves rows that are there as they are.
  Written insert(DSLContext tx, Schema schema, List<Row> rows) {
    Map<Object, Row> first = new LinkedHashMap<>();
    int key = keyPosition(schema);
    rows.forEach(row -> first.putIfAbsent(row.values()[key], row));
    long inserted =
        groups(first.values(), key).stream()
            .mapToLong(group -> insertGroup(tx, schema, group))
            .sum();
    return new Written(inserted, 0, rows.size() - inserted);
  }

  /// Replaces what the rows mention of those that are there.
  Written upsert(DSLContext tx, Schema schema, List<Row> rows) {
    Map<Object, Row> merged = new LinkedHashMap<>();
    int key = keyPosition(schema);
    rows.forEach(row -> merged.merge(row.values()[key], row, Row::overlaid));
    long inserted =
        groups(merged.values(), key).stream()
            .mapToLong(group -> upsertGroup(tx, schema, group))
            .sum();
    return new Written(inserted, rows.size() - inserted, 0);
  }

  /// Appends rows that are new, for less than the other ways. False when they do not mention the
  /// same fields. Fails like a unique field when one of them is there.
  boolean append(DSLContext tx, Schema schema, List<Row> rows) {
    List<List<Row>> groups = groups(rows, keyPosition(schema));
    if (groups.size() != 1) {
      return false;
    }
    List<Row> group = groups.getFirst();
    TableCopy.append(tx, schema, mentioned(schema, group), group);
    return true;
  }

  List<? extends Record> page(DSLContext db, Schema schema, long limit, long offset) {
    return db.select(columns(schema))
        .from(CustomerTable.table(schema))
        .orderBy(CustomerTable.column(CustomerTable.primaryKey(schema)))
        .limit(limit)
        .offset(offset)
        .fetch();
  }

  long count(DSLContext db, Schema schema) {
    return db.fetchCount(CustomerTable.table(schema));
  }

  static List<Field<Object>> columns(Schema schema) {
    return schema.getFieldsList().stream().map(CustomerTable::column).toList();
  }

  private static int keyPosition(Schema schema) {
    return CustomerTable.primaryKey(schema).getOrdinal() - 1;
  }

  /// Rows that mention the same fields, for what is not mentioned must be left to the database. In
  /// the order of their keys, so that concurrent writers meet rows in the same order.
  private static List<List<Row>> groups(Iterable<Row> rows, int key) {
    Map<BitSet, List<Row>> groups = new LinkedHashMap<>();
    rows.forEach(
        row -> groups.computeIfAbsent(row.mentioned(), mentioned -> new ArrayList<>()).add(row));
    Comparator<Row> byKey = Comparator.comparing(row -> comparable(row.values()[key]));
    groups.values().forEach(group -> group.sort(byKey));
    return List.copyOf(groups.values());
  }

  @SuppressWarnings("unchecked")
  private static Comparable<Object> comparable(Object key) {
    return (Comparable<Object>) key;
  }

  private static long insertGroup(DSLContext tx, Schema schema, List<Row> group) {
    List<SchemaField> mentioned = mentioned(schema, group);
    return tx.insertInto(CustomerTable.table(schema), names(mentioned))
        .select(select(arrays(mentioned, group)))
        .onConflictDoNothing()
        .execute();
  }

  /// The number of rows that are new.
  private static long upsertGroup(DSLContext tx, Schema schema, List<Row> group) {
    List<SchemaField> mentioned = mentioned(schema, group);
    Table<?> table = CustomerTable.table(schema);
    Field<Object> key = CustomerTable.column(CustomerTable.primaryKey(schema));
    Map<Field<Object>, Field<Object>> changes =
        mentioned.stream()
            .filter(field -> !field.getIsPrimaryKey())
            .map(CustomerTable::column)
            .collect(
                Collectors.toMap(
                    column -> column,
                    column -> excluded(column),
                    (one, same) -> one,
                    LinkedHashMap::new));
    var insert = tx.insertInto(table, names(mentioned)).select(select(arrays(mentioned, group)));
    if (changes.isEmpty()) {
      return insert.onConflictDoNothing().execute();
    }
    InsertOnDuplicateSetMoreStep<?> upsert = insert.onConflict(key).doUpdate().set(changes);
    // A row version that no transaction has superseded is new; an updated one was locked first.
    Field<Boolean> isNew = field(field(name("xmax"), SQLDataType.INTEGER).eq(0));
    return upsert.returningResult(isNew).fetch(isNew).stream()
        .filter(Boolean::booleanValue)
        .count();
  }

  private static List<SchemaField> mentioned(Schema schema, List<Row> group) {
    BitSet mentioned = group.getFirst().mentioned();
    return schema.getFieldsList().stream()
        .filter(field -> mentioned.get(field.getOrdinal() - 1))
        .toList();
  }

  private static List<Field<Object>> names(List<SchemaField> fields) {
    return fields.stream().map(CustomerTable::column).toList();
  }

  private static List<SelectField<?>> arrays(List<SchemaField> fields, List<Row> rows) {
    List<SelectField<?>> arrays = new ArrayList<>();
    for (SchemaField field : fields) {
      var type = CustomerTable.type(field);
      Object[] values = (Object[]) java.lang.reflect.Array.newInstance(type.getType(), rows.size());
      for (int row = 0; row < values.length; row++) {
        values[row] = rows.get(row).values()[field.getOrdinal() - 1];
      }
      arrays.add(function("unnest", type, val(values, type.array())));
    }
    return arrays;
  }
}
