package sextant.metrics.threshold;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import sextant.metrics.interaction.Columns;

/// The transitions of one transaction. Each takes the next position of its threshold, whose row the
/// transaction has alone: positions are in the order of commits and have no gaps.
final class Transitions {

  private static final String INSERT =
      """
      insert into metrics.transition
        (tenant_id, threshold_id, position, subject_id, value_id, fired, value, occurred_at)
      select ?, threshold_id::uuid, position::bigint, subject_id, value_id, fired::boolean, value,
             occurred_at::timestamptz
      from unnest(?, ?, ?, ?, ?, ?, ?)
        as given (threshold_id, position, subject_id, value_id, fired, value, occurred_at)
      """;

  private record Entry(
      UUID thresholdId, long position, Change result, String value, Instant occurredAt) {}

  private final List<Entry> entries = new ArrayList<>();
  private String tenantId = "";

  /// `result`: that of the threshold; `value`: what it compared.
  void add(Threshold threshold, Change result, String value, Instant now) {
    tenantId = threshold.row().getTenantId();
    threshold.row().setTransitions(threshold.row().getTransitions() + 1);
    entries.add(
        new Entry(
            threshold.row().getThresholdId(),
            threshold.row().getTransitions(),
            result,
            value,
            now));
  }

  void save(DSLContext tx) {
    if (entries.isEmpty()) {
      return;
    }
    Columns.execute(
        tx,
        INSERT,
        tenantId,
        List.<Function<Entry, Object>>of(
                Entry::thresholdId,
                Entry::position,
                entry -> entry.result().subjectId(),
                entry -> entry.result().valueId(),
                entry -> "true".equals(entry.result().after()),
                Entry::value,
                Entry::occurredAt)
            .stream()
            .map(value -> Columns.of(entries, value))
            .toList());
    entries.clear();
  }
}
