package sextant.metrics.threshold;

import static java.util.stream.Collectors.groupingBy;
import static sextant.metrics.jooq.Tables.DEFINITION;
import static sextant.metrics.jooq.Tables.DEFINITION_VALUE;
import static sextant.metrics.jooq.Tables.THRESHOLD;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionValueRecord;

/// The thresholds of one tree within a transaction that has the tree alone: takes in changes of the
/// root's values, at a cost that follows the changes, and records what comes of them.
///
/// First every change is applied, then the aggregates are concluded, once and after what they
/// aggregate: an aggregate never shows a state in the middle of a call or of a computation.
final class Evaluation {

  private static final int BACKFILL_CHUNK = 1_000;

  private final DSLContext tx;
  private final Instant now;
  private final Map<UUID, List<Threshold>> bySource;
  private final Transitions transitions = new Transitions();

  private Evaluation(DSLContext tx, Instant now, Map<UUID, List<Threshold>> bySource) {
    this.tx = tx;
    this.now = now;
    this.bySource = bySource;
  }

  static Evaluation of(DSLContext tx, DefinitionRecord root, Instant now) {
    return new Evaluation(
        tx,
        now,
        tx
            .select(THRESHOLD.fields())
            .select(DEFINITION.fields())
            .from(DEFINITION)
            .join(THRESHOLD)
            .on(THRESHOLD.TENANT_ID.eq(DEFINITION.TENANT_ID))
            .and(THRESHOLD.THRESHOLD_ID.eq(DEFINITION.DEFINITION_ID))
            .where(DEFINITION.TENANT_ID.eq(root.getTenantId()))
            .and(DEFINITION.ROOT_ID.eq(root.getRootId()))
            .orderBy(THRESHOLD.THRESHOLD_ID)
            .fetch(row -> Threshold.of(row.into(THRESHOLD), row.into(DEFINITION)))
            .stream()
            .collect(groupingBy(threshold -> threshold.row().getSourceId())));
  }

  /// Takes in all values that the source of a new threshold has already.
  static void backfill(DSLContext tx, Threshold threshold, DefinitionRecord source, Instant now) {
    Evaluation evaluation =
        new Evaluation(tx, now, Map.of(source.getDefinitionId(), List.of(threshold)));
    try (Cursor<DefinitionValueRecord> values =
        tx.selectFrom(DEFINITION_VALUE)
            .where(SourceValues.seenBy(threshold.row()))
            .fetchSize(BACKFILL_CHUNK)
            .fetchLazy()) {
      while (values.hasNext()) {
        evaluation.apply(
            source, values.fetchNext(BACKFILL_CHUNK).map(value -> appeared(value, source)));
      }
    }
    evaluation.conclude(source);
    evaluation.save();
  }

  private static Change appeared(DefinitionValueRecord value, DefinitionRecord source) {
    return new Change(
        value.getSubjectId(),
        value.getValueId(),
        value.getVariantId(),
        value.getParticipantRole(),
        value.getContext(),
        null,
        source.getCalculation().equals("threshold")
            ? Scalar.json(value.getFired())
            : value.getValue());
  }

  /// Takes in changes of the values of `source`, which are stored already.
  void apply(DefinitionRecord source, List<Change> changes) {
    for (Threshold threshold : thresholdsOn(source)) {
      List<Change> seen = changes.stream().filter(threshold::sees).toList();
      if (seen.isEmpty()) {
        continue;
      }
      if (threshold.isEach()) {
        apply(threshold.definition(), each(threshold, source, seen));
      } else {
        seen.forEach(change -> count(threshold, change));
      }
    }
  }

  private List<Threshold> thresholdsOn(DefinitionRecord source) {
    return bySource.getOrDefault(source.getDefinitionId(), List.of());
  }

  private static void count(Threshold threshold, Change change) {
    if (change.before() != null) {
      threshold.count(change.before(), -1);
    }
    if (change.after() != null) {
      threshold.count(change.after(), 1);
    }
  }

  /// Compares value by value; the results that changed.
  private List<Change> each(Threshold threshold, DefinitionRecord source, List<Change> changes) {
    List<DefinitionValueRecord> results = new ArrayList<>();
    List<DefinitionValueRecord> gone = new ArrayList<>();
    List<Change> outcome = new ArrayList<>();
    for (Change change : changes) {
      String before = result(threshold, change.before());
      String after = result(threshold, change.after());
      Change result = resultOf(threshold, change, before, after);
      DefinitionValueRecord row = resultRow(threshold, source, result, change.after());
      (after == null ? gone : results).add(row);
      if ("true".equals(before) != "true".equals(after)) {
        transitions.add(threshold, result, change.after(), now);
      }
      if (!Objects.equals(before, after)) {
        outcome.add(result);
      }
    }
    SourceValues.replace(tx, results);
    SourceValues.delete(tx, gone);
    return outcome;
  }

  private static String result(Threshold threshold, String value) {
    return value == null ? null : Scalar.json(threshold.comparison().isMetBy(value));
  }

  private static Change resultOf(Threshold threshold, Change of, String before, String after) {
    return new Change(
        of.subjectId(),
        of.valueId(),
        threshold.definition().getVariantId(),
        of.participantRole(),
        of.context(),
        before,
        after);
  }

  private DefinitionValueRecord resultRow(
      Threshold threshold, DefinitionRecord source, Change result, String compared) {
    DefinitionValueRecord row = SourceValues.row(threshold.definition(), result, now);
    row.setValue(compared);
    row.setNumber(null);
    row.setFired("true".equals(result.after()));
    row.setSourceVersionId(source.getVersionId());
    return row;
  }

  /// Settles the aggregates on `source` and on all that hangs on it.
  void conclude(DefinitionRecord source) {
    for (Threshold threshold : thresholdsOn(source)) {
      if (!threshold.isEach()) {
        apply(threshold.definition(), settle(threshold, source));
      }
      conclude(threshold.definition());
    }
  }

  private List<Change> settle(Threshold threshold, DefinitionRecord source) {
    Measurement measured = Measurement.of(tx, threshold);
    String value = measured.value() == null ? null : Scalar.json(measured.value());
    DefinitionValueRecord stored = stored(threshold);
    String before = stored == null ? null : Scalar.json(stored.getFired());
    String after = Scalar.json(measured.fired());
    Change result =
        new Change("", "", threshold.definition().getVariantId(), null, null, before, after);
    if (stored == null
        || !after.equals(before)
        || !Objects.equals(value, stored.getValue())
        || !source.getVersionId().equals(stored.getSourceVersionId())) {
      SourceValues.replace(tx, List.of(resultRow(threshold, source, result, value)));
    }
    if ("true".equals(before) != measured.fired()) {
      transitions.add(threshold, result, value, now);
    }
    return after.equals(before) ? List.of() : List.of(result);
  }

  private DefinitionValueRecord stored(Threshold threshold) {
    return tx.selectFrom(DEFINITION_VALUE)
        .where(DEFINITION_VALUE.TENANT_ID.eq(threshold.row().getTenantId()))
        .and(DEFINITION_VALUE.SUBJECT_ID.eq(""))
        .and(DEFINITION_VALUE.DEFINITION_ID.eq(threshold.row().getThresholdId()))
        .and(DEFINITION_VALUE.VALUE_ID.eq(""))
        .fetchOne();
  }

  /// Writes what was counted, and the transitions.
  void save() {
    transitions.save(tx);
    for (List<Threshold> siblings : bySource.values()) {
      for (Threshold threshold : siblings) {
        if (threshold.row().modified()) {
          tx.update(THRESHOLD)
              .set(threshold.row())
              .where(THRESHOLD.TENANT_ID.eq(threshold.row().getTenantId()))
              .and(THRESHOLD.THRESHOLD_ID.eq(threshold.row().getThresholdId()))
              .execute();
        }
      }
    }
  }
}
