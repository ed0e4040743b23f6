package sextant.dashboard.catalogue;

import static org.jooq.impl.DSL.row;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableField;

/// Reads and writes the entries of one kind.
final class Entries<M extends Message> {

  private final Table<? extends Record> table;
  private final EntryColumns<M> columns;
  private final Optional<Totals> totals;
  private final Field<String> tenantId;
  private final Field<String> id;

  Entries(Table<? extends Record> table, EntryColumns<M> columns, Optional<Totals> totals) {
    this.table = table;
    this.columns = columns;
    this.totals = totals;
    this.tenantId = table.field("tenant_id", String.class);
    this.id = table.field("id", String.class);
  }

  /// Up to `limit` entries after the one with id `after`, by id.
  List<M> list(DSLContext db, String tenant, Optional<String> after, int limit) {
    return db.select(columns.fields())
        .from(table)
        .where(tenantId.eq(tenant))
        .and(after.map(id::gt).orElse(org.jooq.impl.DSL.noCondition()))
        .orderBy(id)
        .limit(limit)
        .fetch(columns::entry);
  }

  long count(DSLContext db, String tenant) {
    return db.fetchCount(table, tenantId.eq(tenant));
  }

  void upsert(DSLContext db, String tenant, List<M> entries) {
    List<Record> rows = new ArrayList<>();
    for (M entry : entries) {
      Record row = columns.row(entry);
      row.set(tenantId, tenant);
      rows.add(row);
    }
    List<String> ids = rows.stream().map(row -> row.get(id)).toList();
    forget(db, tenant, ids);
    moveAway(db, rows);
    db.insertInto(table, table.fields())
        .valuesOfRecords(rows)
        .onConflict(table.getPrimaryKey().getFields())
        .doUpdate()
        .setAllToExcluded()
        .execute();
    totals.ifPresent(kept -> kept.add(db, tenant, ids));
  }

  /// Takes entries that are about to change out of the totals.
  private void forget(DSLContext db, String tenant, List<String> ids) {
    totals.ifPresent(
        kept -> {
          kept.lock(db, tenant);
          kept.subtract(db, tenant, ids);
        });
  }

  /// Where the customer is part of the key, an entry that names another customer now leaves its old
  /// place.
  private void moveAway(DSLContext db, List<Record> rows) {
    Field<String> customerId = table.field("customer_id", String.class);
    List<? extends TableField<? extends Record, ?>> key = table.getPrimaryKey().getFields();
    if (!key.contains(customerId)) {
      return;
    }
    db.deleteFrom(table)
        .where(tenantId.eq(rows.getFirst().get(tenantId)))
        .and(id.in(rows.stream().map(entry -> entry.get(id)).toList()))
        .and(
            row(customerId, id)
                .notIn(
                    rows.stream().map(entry -> row(entry.get(customerId), entry.get(id))).toList()))
        .execute();
  }

  /// Whether there was such an entry.
  boolean delete(DSLContext db, String tenant, String entryId) {
    forget(db, tenant, List.of(entryId));
    return db.deleteFrom(table).where(tenantId.eq(tenant)).and(id.eq(entryId)).execute() > 0;
  }
}
