package sextant.journeys.engine;

import static sextant.journeys.jooq.Tables.ENROLLMENT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.journeys.graph.Json;
import sextant.journeys.graph.Walk;

/// Writes moves: states, history, outbox and counts of a whole batch in one transaction. A row that
/// somebody else changed since it was read is left alone, with everything that belongs to it.
final class Ledger {

  /// When parked rows are due: not before their journey is active again.
  static final Instant PARKED = Instant.parse("9999-12-31T00:00:00Z");

  private record TakenRow(Move move, Walk.Taken step) {}

  private record OutgoingRow(Move move, Move.Outgoing delivery) {}

  private Ledger() {}

  /// Returns how many moves took place.
  static int write(DSLContext tx, List<Move> moves, Instant now) {
    if (moves.isEmpty()) {
      return 0;
    }
    Batches.joined(tx);
    Map<JourneyKey, String> statuses = lockJourneys(tx, moves);
    List<Move> sorted =
        moves.stream()
            // A journey that was paused or resumed meanwhile: read again.
            .filter(move -> move.from().journeyStatus().equals(statuses.get(move.from().journey())))
            .sorted((one, other) -> one.from().key().compareTo(other.from().key()))
            .toList();
    Set<UUID> unchanged = new HashSet<>(update(tx, sorted, now));
    List<Move> done = sorted.stream().filter(move -> unchanged.contains(move.from().id())).toList();
    withdraw(tx, done.stream().filter(Move::mayNotSend).toList(), now);
    insertSteps(tx, done);
    insertDeliveries(tx, done, now);
    NodeCounts counts = new NodeCounts();
    done.forEach(counts::moved);
    counts.add(tx);
    return done.size();
  }

  /// Sets due rows of paused journeys aside, so that they are not looked at again and again.
  static int park(DSLContext tx, List<Enrollment> rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    Batches.joined(tx);
    List<JourneyKey> journeys = rows.stream().map(Enrollment::journey).distinct().sorted().toList();
    Map<JourneyKey, String> statuses = Journeys.lock(tx, journeys);
    List<Enrollment> sorted =
        rows.stream()
            .filter(row -> row.journeyStatus().equals(statuses.get(row.journey())))
            .sorted((one, other) -> one.key().compareTo(other.key()))
            .toList();
    return tx.query(
            """
            update journeys.enrollment e
            set due_at = ?::timestamptz, revision = e.revision + 1
            from unnest(?, ?, ?, ?, ?) as u (tenant_id, customer_id, journey_id, entry, revision)
            where e.tenant_id = u.tenant_id and e.customer_id = u.customer_id
              and e.journey_id = u.journey_id and e.entry = u.entry
              and e.revision = u.revision and e.ended_at is null
              and e.tenant_id = any(?) and e.customer_id = any(?)
            """,
            PARKED.toString(),
            Columns.text(sorted, row -> row.key().tenantId()),
            Columns.text(sorted, row -> row.key().customerId()),
            Columns.of(sorted, row -> row.key().journeyId(), UUID[]::new),
            Columns.of(sorted, row -> row.key().entry(), Integer[]::new),
            Columns.of(sorted, Enrollment::revision, Integer[]::new),
            Columns.distinct(sorted, row -> row.key().tenantId()),
            Columns.distinct(sorted, row -> row.key().customerId()))
        .execute();
  }

  private static Map<JourneyKey, String> lockJourneys(DSLContext tx, List<Move> moves) {
    return Journeys.lock(
        tx, moves.stream().map(move -> move.from().journey()).distinct().sorted().toList());
  }

  private static List<UUID> update(DSLContext tx, List<Move> moves, Instant now) {
    return tx.resultQuery(
            """
            update journeys.enrollment e
            set node_id = u.node_id, node_since = u.node_since, step_no = u.step_no,
                due_at = u.due_at, wait_until = u.wait_until, wait_event = u.wait_event,
                arrived = u.arrived::jsonb, decision = u.decision, attempts = u.attempts,
                state = u.state, end_reason = u.end_reason,
                ended_at = case when u.state <> 'active' then ?::timestamptz end,
                revision = e.revision + 1
            from unnest(?, ?, ?, ?, ?, ?, ?::timestamptz[], ?, ?::timestamptz[], ?::timestamptz[],
                        ?, ?, ?, ?, ?, ?)
              as u (tenant_id, customer_id, journey_id, entry, revision, node_id, node_since, step_no,
                    due_at, wait_until, wait_event, arrived, decision, attempts, state, end_reason)
            where e.tenant_id = u.tenant_id and e.customer_id = u.customer_id
              and e.journey_id = u.journey_id and e.entry = u.entry
              and e.revision = u.revision and e.ended_at is null
              and e.tenant_id = any(?) and e.customer_id = any(?)
            returning e.enrollment_id
            """,
            now.toString(),
            Columns.text(moves, move -> move.from().key().tenantId()),
            Columns.text(moves, move -> move.from().key().customerId()),
            Columns.of(moves, move -> move.from().key().journeyId(), UUID[]::new),
            Columns.of(moves, move -> move.from().key().entry(), Integer[]::new),
            Columns.of(moves, move -> move.from().revision(), Integer[]::new),
            Columns.text(moves, move -> move.to().nodeId()),
            Columns.instants(moves, move -> move.to().nodeSince()),
            Columns.of(moves, move -> move.to().stepNo(), Integer[]::new),
            Columns.instants(moves, Move::dueAt),
            Columns.instants(moves, move -> move.to().waitUntil().orElse(null)),
            Columns.text(moves, move -> move.to().waitEvent().orElse(null)),
            Columns.text(
                moves,
                move -> move.to().arrived().isEmpty() ? null : Json.write(move.to().arrived())),
            Columns.text(
                moves,
                move -> move.to().decision().isEmpty() ? null : Json.write(move.to().decision())),
            Columns.of(moves, move -> (short) move.attempts(), Short[]::new),
            Columns.text(moves, Move::status),
            Columns.text(moves, move -> move.reason().orElse(null)),
            Columns.distinct(moves, move -> move.from().key().tenantId()),
            Columns.distinct(moves, move -> move.from().key().customerId()))
        .coerce(ENROLLMENT.ENROLLMENT_ID)
        .fetch(ENROLLMENT.ENROLLMENT_ID);
  }

  private static void insertSteps(DSLContext tx, List<Move> moves) {
    List<TakenRow> rows = new ArrayList<>();
    moves.forEach(move -> move.steps().forEach(step -> rows.add(new TakenRow(move, step))));
    if (rows.isEmpty()) {
      return;
    }
    tx.query(
            """
            insert into journeys.step
              (tenant_id, customer_id, enrollment_id, step_no, node_id, decision, detail,
               reached_at, left_at)
            select * from unnest(?, ?, ?, ?, ?, ?, ?, ?::timestamptz[], ?::timestamptz[])
            """,
            Columns.text(rows, row -> row.move().from().key().tenantId()),
            Columns.text(rows, row -> row.move().from().key().customerId()),
            Columns.of(rows, row -> row.move().from().id(), UUID[]::new),
            Columns.of(rows, row -> row.step().stepNo(), Integer[]::new),
            Columns.text(rows, row -> row.step().nodeId()),
            Columns.text(rows, row -> row.step().decision()),
            Columns.text(rows, row -> row.step().detail().isEmpty() ? null : row.step().detail()),
            Columns.instants(rows, row -> row.step().reachedAt()),
            Columns.instants(rows, row -> row.step().leftAt()))
        .execute();
  }

  private static void insertDeliveries(DSLContext tx, List<Move> moves, Instant now) {
    List<OutgoingRow> rows = new ArrayList<>();
    moves.forEach(
        move -> move.outgoing().forEach(delivery -> rows.add(new OutgoingRow(move, delivery))));
    if (rows.isEmpty()) {
      return;
    }
    tx.query(
            """
            insert into journeys.delivery
              (tenant_id, customer_id, enrollment_id, step_no, delivery_id, journey_id, node_id,
               channel, bucket, body, state, attempts, due_at, created_at)
            select u.*, 'pending', 0, ?::timestamptz, ?::timestamptz
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as u
            """,
            now.toString(),
            now.toString(),
            Columns.text(rows, row -> row.move().from().key().tenantId()),
            Columns.text(rows, row -> row.move().from().key().customerId()),
            Columns.of(rows, row -> row.move().from().id(), UUID[]::new),
            Columns.of(rows, row -> row.delivery().stepNo(), Integer[]::new),
            Columns.of(rows, row -> row.delivery().deliveryId(), UUID[]::new),
            Columns.of(rows, row -> row.move().from().key().journeyId(), UUID[]::new),
            Columns.text(rows, row -> row.delivery().nodeId()),
            Columns.text(rows, row -> row.delivery().channel()),
            Columns.of(rows, row -> (short) row.move().from().bucket(), Short[]::new),
            Columns.text(rows, row -> row.delivery().body()))
        .execute();
  }

  /// Who is out gets nothing more: what is not yet sent is not sent.
  private static void withdraw(DSLContext tx, List<Move> moves, Instant now) {
    if (moves.isEmpty()) {
      return;
    }
    tx.query(
            """
            update journeys.delivery d
            set state = 'cancelled', ended_at = ?::timestamptz, last_result = 'the customer left the journey'
            from unnest(?, ?, ?) as u (tenant_id, customer_id, enrollment_id)
            where d.tenant_id = u.tenant_id and d.customer_id = u.customer_id
              and d.enrollment_id = u.enrollment_id and d.state = 'pending'
              and d.tenant_id = any(?) and d.customer_id = any(?)
            """,
            now.toString(),
            Columns.text(moves, move -> move.from().key().tenantId()),
            Columns.text(moves, move -> move.from().key().customerId()),
            Columns.of(moves, move -> move.from().id(), UUID[]::new),
            Columns.distinct(moves, move -> move.from().key().tenantId()),
            Columns.distinct(moves, move -> move.from().key().customerId()))
        .execute();
  }
}
