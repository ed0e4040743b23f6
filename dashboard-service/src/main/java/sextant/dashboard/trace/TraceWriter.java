package sextant.dashboard.trace;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.dashboard.v1.DecisionTrace;

/// The one transaction that records traces: the facts, and the counts that are kept in step.
public final class TraceWriter {

  private final TraceRepository traces = new TraceRepository();
  private final DailyCounts counts = new DailyCounts();

  /// Records those of `arrived` whose ids are new, within `tx`; returns these.
  List<TraceRows> record(DSLContext tx, String tenantId, List<TraceRows> arrived) {
    Set<String> known =
        traces.known(tx, tenantId, arrived.stream().map(rows -> rows.trace().getId()).toList());
    List<TraceRows> fresh = new ArrayList<>();
    for (TraceRows rows : arrived) {
      if (known.add(rows.trace().getId())) {
        fresh.add(rows);
      }
    }
    List<TraceRows> recorded = insert(tx, fresh);
    if (!recorded.isEmpty()) {
      counts.add(tx, tenantId, recorded);
    }
    return recorded;
  }

  /// Ids go in one order, because transactions that insert the same one wait for each other.
  private List<TraceRows> insert(DSLContext tx, List<TraceRows> fresh) {
    List<TraceRows> ordered =
        fresh.stream()
            .sorted(
                comparing((TraceRows rows) -> rows.trace().getCustomerId())
                    .thenComparing(rows -> rows.trace().getId()))
            .toList();
    Set<UUID> stored = traces.insertTraces(tx, ordered.stream().map(TraceRows::trace).toList());
    List<TraceRows> recorded =
        ordered.stream().filter(rows -> stored.contains(rows.trace().getTraceKey())).toList();
    traces.insertCandidates(
        tx, recorded.stream().flatMap(rows -> rows.candidates().stream()).toList());
    return recorded;
  }

  /// Records a valid trace; returns the one that is stored under its id, which may be an earlier
  /// one.
  public DecisionTrace recordOnce(
      DSLContext tx, String tenantId, DecisionTrace trace, Instant now) {
    List<TraceRows> recorded = record(tx, tenantId, List.of(TraceRows.of(tenantId, trace, now)));
    return recorded.isEmpty()
        ? find(tx, tenantId, trace.getId()).orElseThrow()
        : recorded.getFirst().toMessage();
  }

  /// The trace with this id.
  public Optional<DecisionTrace> find(DSLContext tx, String tenantId, String id) {
    return traces.find(tx, tenantId, List.of(id)).stream().findFirst().map(TraceRows::toMessage);
  }

  /// Deletes the trace with this id and what it counted; returns whether there was one.
  boolean delete(DSLContext tx, String tenantId, String id) {
    List<TraceRows> found = traces.find(tx, tenantId, List.of(id));
    if (found.isEmpty()) {
      return false;
    }
    counts.subtract(tx, tenantId, found);
    found.forEach(rows -> traces.delete(tx, tenantId, rows));
    return true;
  }
}
