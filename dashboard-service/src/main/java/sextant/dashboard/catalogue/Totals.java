package sextant.dashboard.catalogue;

import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;

/// Totals over the entries of a kind, kept in the transaction that changes them: what entries count
/// is subtracted before the change and added after it.
///
/// @param totals the table of totals; its primary key says what is counted apart
/// @param facts the view of what each entry counts, with the columns of the totals
record Totals(Table<? extends Record> totals, Table<? extends Record> facts) {

  /// Changes of one tenant's entries go one after the other until they commit. Else two that save
  /// the same new entry would both find nothing to subtract.
  void lock(DSLContext tx, String tenantId) {
    tx.execute(
        "select pg_advisory_xact_lock(hashtextextended({0}, 0))",
        val(totals.getName() + " " + tenantId));
  }

  void subtract(DSLContext tx, String tenantId, Collection<String> ids) {
    save(tx, tenantId, ids, -1);
  }

  void add(DSLContext tx, String tenantId, Collection<String> ids) {
    save(tx, tenantId, ids, 1);
  }

  private void save(DSLContext tx, String tenantId, Collection<String> ids, int sign) {
    List<? extends Field<?>> keys = totals.getPrimaryKey().getFields();
    List<Field<?>> counters =
        Arrays.stream(totals.fields()).filter(field -> !keys.contains(field)).toList();
    List<Field<?>> factKeys = keys.stream().<Field<?>>map(facts::field).toList();
    Map<Field<?>, Object> sums = new LinkedHashMap<>();
    counters.forEach(counter -> sums.put(counter, plus(counter)));
    tx.insertInto(totals)
        .columns(Stream.concat(keys.stream(), counters.stream()).toList())
        .select(
            tx.select(factKeys)
                .select(
                    counters.stream()
                        .map(
                            counter ->
                                sum(facts.field(counter).coerce(BigDecimal.class)).times(sign))
                        .toList())
                .from(facts)
                .where(facts.field("tenant_id", String.class).eq(tenantId))
                .and(facts.field("id", String.class).eq(any(ids.toArray(String[]::new))))
                .groupBy(factKeys)
                .orderBy(factKeys))
        .onConflict(keys)
        .doUpdate()
        .set(sums)
        .execute();
  }

  @SuppressWarnings("unchecked") // All counters are numbers.
  private static Field<?> plus(Field<?> counter) {
    return ((Field<Number>) counter).plus(excluded((Field<Number>) counter));
  }
}
