package sextant.dashboard.trace;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_CANDIDATE;
import static sextant.dashboard.jooq.dashboard.Tables.DECISION_TRACE;
import static sextant.dashboard.jooq.dashboard.Tables.TRACE_DAILY;

import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.Table;
import sextant.dashboard.jooq.dashboard.tables.records.DecisionCandidateRecord;
import sextant.dashboard.jooq.dashboard.tables.records.DecisionTraceRecord;

/// Reads and writes traces and their candidates.
final class TraceRepository {

  /// A place in the list, newest first.
  record Position(Instant createdAt, String id) {}

  /// Of a statement's 65,535 parameters a row takes at most 17.
  private static final int ROWS_PER_INSERT = 2_000;

  private static final Field<String> ID = DECISION_TRACE.ID.collate("C");

  /// Those of `ids` that are stored already.
  Set<String> known(DSLContext db, String tenantId, Collection<String> ids) {
    return new HashSet<>(
        db.select(DECISION_TRACE.ID)
            .from(DECISION_TRACE)
            .where(DECISION_TRACE.TENANT_ID.eq(tenantId))
            .and(anyOf(DECISION_TRACE.ID, ids))
            .fetch(DECISION_TRACE.ID));
  }

  /// Stores those whose id the customer does not have yet; returns the keys of the stored.
  Set<UUID> insertTraces(DSLContext db, List<DecisionTraceRecord> traces) {
    Set<UUID> stored = new HashSet<>();
    for (List<DecisionTraceRecord> rows : chunks(traces)) {
      stored.addAll(
          db.insertInto(DECISION_TRACE, DECISION_TRACE.fields())
              .valuesOfRecords(rows)
              .onConflict(DECISION_TRACE.TENANT_ID, DECISION_TRACE.CUSTOMER_ID, DECISION_TRACE.ID)
              .doNothing()
              .returning(DECISION_TRACE.TRACE_KEY)
              .fetch(DECISION_TRACE.TRACE_KEY));
    }
    return stored;
  }

  void insertCandidates(DSLContext db, List<DecisionCandidateRecord> candidates) {
    for (List<DecisionCandidateRecord> rows : chunks(candidates)) {
      db.insertInto(DECISION_CANDIDATE, DECISION_CANDIDATE.fields())
          .valuesOfRecords(rows)
          .execute();
    }
  }

  private static <R> List<List<R>> chunks(List<R> rows) {
    return java.util.stream.IntStream.iterate(
            0, start -> start < rows.size(), start -> start + ROWS_PER_INSERT)
        .mapToObj(start -> rows.subList(start, Math.min(start + ROWS_PER_INSERT, rows.size())))
        .toList();
  }

  List<TraceRows> find(DSLContext db, String tenantId, Collection<String> ids) {
    return withCandidates(
        db,
        db.selectFrom(DECISION_TRACE)
            .where(DECISION_TRACE.TENANT_ID.eq(tenantId))
            .and(anyOf(DECISION_TRACE.ID, ids))
            .orderBy(DECISION_TRACE.CUSTOMER_ID)
            .fetch());
  }

  /// Up to `limit` traces after `position`, newest first, ties by id.
  List<TraceRows> list(
      DSLContext db,
      String tenantId,
      Optional<String> customerId,
      Optional<Position> position,
      int limit) {
    return withCandidates(
        db,
        db.selectFrom(DECISION_TRACE)
            .where(DECISION_TRACE.TENANT_ID.eq(tenantId))
            .and(customerId.map(DECISION_TRACE.CUSTOMER_ID::eq).orElse(noCondition()))
            .and(position.map(TraceRepository::after).orElse(noCondition()))
            .orderBy(DECISION_TRACE.CREATED_AT.desc(), ID)
            .limit(limit)
            .fetch());
  }

  private static Condition after(Position position) {
    return DECISION_TRACE
        .CREATED_AT
        .le(position.createdAt())
        .and(DECISION_TRACE.CREATED_AT.lt(position.createdAt()).or(ID.gt(val(position.id()))));
  }

  long count(DSLContext db, String tenantId, Optional<String> customerId) {
    return customerId
        .map(
            customer ->
                (long)
                    db.fetchCount(
                        DECISION_TRACE,
                        DECISION_TRACE.TENANT_ID.eq(tenantId),
                        DECISION_TRACE.CUSTOMER_ID.eq(customer)))
        .orElseGet(
            () ->
                db.select(coalesce(sum(TRACE_DAILY.TRACES), 0).cast(Long.class))
                    .from(TRACE_DAILY)
                    .where(TRACE_DAILY.TENANT_ID.eq(tenantId))
                    .fetchSingle()
                    .value1());
  }

  void delete(DSLContext db, String tenantId, TraceRows rows) {
    delete(db, DECISION_CANDIDATE, tenantId, rows.trace());
    delete(db, DECISION_TRACE, tenantId, rows.trace());
  }

  private static void delete(
      DSLContext db, Table<? extends Record> table, String tenantId, DecisionTraceRecord trace) {
    db.deleteFrom(table)
        .where(table.field(DECISION_TRACE.TENANT_ID).eq(tenantId))
        .and(table.field(DECISION_TRACE.CUSTOMER_ID).eq(trace.getCustomerId()))
        .and(table.field(DECISION_TRACE.TRACE_KEY).eq(trace.getTraceKey()))
        .execute();
  }

  private static List<TraceRows> withCandidates(DSLContext db, List<DecisionTraceRecord> traces) {
    if (traces.isEmpty()) {
      return List.of();
    }
    Map<UUID, Result<DecisionCandidateRecord>> candidates =
        db.selectFrom(DECISION_CANDIDATE)
            .where(DECISION_CANDIDATE.TENANT_ID.eq(traces.getFirst().getTenantId()))
            .and(
                condition(
                    "({0}, {1}) in (select * from unnest({2}, {3}))",
                    DECISION_CANDIDATE.CUSTOMER_ID,
                    DECISION_CANDIDATE.TRACE_KEY,
                    val(
                        traces.stream()
                            .map(DecisionTraceRecord::getCustomerId)
                            .toArray(String[]::new)),
                    val(
                        traces.stream()
                            .map(DecisionTraceRecord::getTraceKey)
                            .toArray(UUID[]::new))))
            .orderBy(DECISION_CANDIDATE.OFFER_ID.collate("C"))
            .fetchGroups(DECISION_CANDIDATE.TRACE_KEY);
    return traces.stream()
        .map(
            trace ->
                new TraceRows(
                    trace,
                    Optional.<List<DecisionCandidateRecord>>ofNullable(
                            candidates.get(trace.getTraceKey()))
                        .orElse(List.of())))
        .toList();
  }

  private static Condition anyOf(Field<String> column, Collection<String> values) {
    return column.eq(org.jooq.impl.DSL.any(values.toArray(String[]::new)));
  }
}
