package sextant.metrics.interaction;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.metrics.interaction.InteractionWriter.Recorded;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.RejectedInteraction;

/// Takes the messages of one stream: bad interactions are rejected one by one, the others recorded.
///
/// @param commits where they are recorded
/// @param tenantId whose stream it is
/// @param time the clock
record StreamIntake(GroupCommit commits, String tenantId, InstantSource time) {

  private static final int MAX_INTERACTIONS = 5_000;

  /// What became of a message.
  record Outcome(int recorded, int duplicates, List<RejectedInteraction> rejected) {}

  /// Returns when the good ones are durable.
  Outcome take(List<InteractionInput> inputs) {
    if (inputs.size() > MAX_INTERACTIONS) {
      throw ApiException.invalid("interactions", "must have at most 5,000 items");
    }
    Instant now = time.instant().truncatedTo(ChronoUnit.MICROS);
    List<InteractionRecord> rows = new ArrayList<>(inputs.size());
    List<RejectedInteraction> rejected = new ArrayList<>();
    for (int index = 0; index < inputs.size(); index++) {
      List<Violation> violations = new ArrayList<>();
      InteractionRecord row =
          Interactions.row(tenantId, inputs.get(index), new Faults("", now, violations));
      if (violations.isEmpty()) {
        rows.add(row);
      } else {
        rejected.add(rejection(index, violations));
      }
    }
    List<Recorded> recorded = rows.isEmpty() ? List.of() : commits.recordPatiently(tenantId, rows);
    int duplicates = (int) recorded.stream().filter(Recorded::duplicate).count();
    return new Outcome(recorded.size() - duplicates, duplicates, rejected);
  }

  private static RejectedInteraction rejection(int index, List<Violation> violations) {
    Violation first = violations.getFirst();
    String more = violations.size() > 1 ? " (and " + (violations.size() - 1) + " more)" : "";
    return RejectedInteraction.newBuilder()
        .setIndex(index)
        .setField(first.field())
        .setReason(first.message() + more)
        .build();
  }
}
