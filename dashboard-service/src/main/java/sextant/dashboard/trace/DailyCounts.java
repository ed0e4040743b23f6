package sextant.dashboard.trace;

import static org.jooq.impl.DSL.sum;
import static sextant.dashboard.jooq.dashboard.Tables.BEATEN_DAILY;
import static sextant.dashboard.jooq.dashboard.Tables.BEATEN_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.CANDIDATE_DAILY;
import static sextant.dashboard.jooq.dashboard.Tables.CANDIDATE_DAILY_BY_OFFER;
import static sextant.dashboard.jooq.dashboard.Tables.CANDIDATE_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.LATENCY_DAILY;
import static sextant.dashboard.jooq.dashboard.Tables.LATENCY_FACT;
import static sextant.dashboard.jooq.dashboard.Tables.SCORE_DAILY_BY_CHANNEL;
import static sextant.dashboard.jooq.dashboard.Tables.TRACE_DAILY;
import static sextant.dashboard.jooq.dashboard.Tables.TRACE_FACT;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.TableLike;
import org.jooq.impl.DSL;

/// The counts of traces by UTC day, kept in step with the traces: in the transaction that records
/// or deletes one.
final class DailyCounts {

  /// A table of daily counts and the view of the facts it adds up, with columns of the same names.
  /// The primary key of the table says what is counted apart.
  private record Rollup(Table<? extends Record> daily, Table<? extends Record> facts) {}

  /// Always in this order, and rows in the order of their keys, so that transactions never lock
  /// each other.
  private static final List<Rollup> ROLLUPS =
      List.of(
          new Rollup(TRACE_DAILY, TRACE_FACT),
          new Rollup(LATENCY_DAILY, LATENCY_FACT),
          new Rollup(CANDIDATE_DAILY, CANDIDATE_FACT),
          new Rollup(CANDIDATE_DAILY_BY_OFFER, CANDIDATE_FACT),
          new Rollup(SCORE_DAILY_BY_CHANNEL, CANDIDATE_FACT),
          new Rollup(BEATEN_DAILY, BEATEN_FACT));

  /// Counts traces that were just stored.
  void add(DSLContext tx, String tenantId, List<TraceRows> traces) {
    ROLLUPS.forEach(rollup -> save(tx, tenantId, rollup, traces, 1));
  }

  /// Takes traces out of the counts that are about to be deleted.
  void subtract(DSLContext tx, String tenantId, List<TraceRows> traces) {
    ROLLUPS.forEach(rollup -> save(tx, tenantId, rollup, traces, -1));
  }

  private static void save(
      DSLContext tx, String tenantId, Rollup rollup, List<TraceRows> traces, int sign) {
    Table<? extends Record> daily = rollup.daily();
    Table<? extends Record> facts = rollup.facts();
    List<? extends Field<?>> keys = daily.getPrimaryKey().getFields();
    List<Field<?>> counters =
        Arrays.stream(daily.fields()).filter(field -> !keys.contains(field)).toList();
    Map<Field<?>, Object> sums = new LinkedHashMap<>();
    for (Field<?> counter : counters) {
      sums.put(counter, plus(counter));
    }
    List<Field<?>> factKeys = keys.stream().<Field<?>>map(facts::field).toList();
    tx.insertInto(daily)
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
                .join(keysOf(traces))
                .on(
                    DSL.condition(
                        "({0}, {1}) = (stored.customer_id, stored.trace_key)",
                        facts.field("customer_id"), facts.field("trace_key")))
                .where(facts.field("tenant_id", String.class).eq(tenantId))
                .groupBy(factKeys)
                .orderBy(factKeys))
        .onConflict(keys)
        .doUpdate()
        .set(sums)
        .execute();
  }

  @SuppressWarnings("unchecked") // All counters are numbers.
  private static Field<?> plus(Field<?> counter) {
    return ((Field<Number>) counter).plus(DSL.excluded((Field<Number>) counter));
  }

  private static TableLike<?> keysOf(List<TraceRows> traces) {
    return DSL.table(
        "unnest({0}, {1}) as stored (customer_id, trace_key)",
        DSL.val(traces.stream().map(rows -> rows.trace().getCustomerId()).toArray(String[]::new)),
        DSL.val(
            traces.stream()
                .map(rows -> rows.trace().getTraceKey())
                .toArray(java.util.UUID[]::new)));
  }
}
