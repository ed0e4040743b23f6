package sextant.metrics.realtime;

import static org.jooq.impl.DSL.noCondition;
import static sextant.metrics.jooq.Tables.INTERACTION;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jooq.Condition;
import sextant.metrics.compute.Aggregation;
import sextant.metrics.jooq.tables.records.MetricRecord;

/// A metric whose values follow the interactions, as of the current transaction, which holds the
/// tenant's realtime lock.
///
/// @param row the definition and how far its values have come
/// @param aggregation the definition, compiled
record LiveMetric(MetricRecord row, Aggregation aggregation) {

  static LiveMetric of(MetricRecord row) {
    return new LiveMetric(row, Aggregation.of(row));
  }

  /// Whether its values are the ones shown; they are being built otherwise.
  boolean isShown() {
    return Objects.equals(row.getRealtimeEpoch(), row.getEpoch());
  }

  Optional<Instant> lower() {
    return Optional.ofNullable(row.getRealtimeLower());
  }

  /// The interactions whose contribution the values contain, by the edges of the window and the
  /// interaction alone. Whoever adds and whoever subtracts decides by this, so nothing is counted
  /// that was not added or the other way round: an interaction counts from its arrival or, when it
  /// was dated ahead, from the moment the upper edge passes it, until the lower edge passes it.
  Condition contained() {
    Condition entered =
        INTERACTION
            .OCCURRED_AT
            .le(INTERACTION.RECORDED_AT)
            .or(INTERACTION.OCCURRED_AT.le(row.getRealtimeUpper()));
    return aggregation
        .matches()
        .and(entered)
        .and(lower().map(INTERACTION.OCCURRED_AT::ge).orElse(noCondition()));
  }
}
