package sextant.metrics.threshold;

import static sextant.metrics.jooq.Tables.DEFINITION_VALUE;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.metrics.interaction.Columns;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionValueRecord;
import sextant.metrics.jooq.tables.records.ThresholdRecord;

/// Rows of values, written many at a time.
final class SourceValues {

  private static final String INSERT =
      """
      insert into metrics.definition_value
        (tenant_id, subject_id, definition_id, value_id, variant_id, participant_role, context,
         value, number, fired, source_version_id, measured_at)
      select ?, subject_id, definition_id::uuid, value_id, variant_id::uuid, participant_role, context,
             value, number::numeric, fired::boolean, source_version_id::uuid, measured_at::timestamptz
      from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        as given (subject_id, definition_id, value_id, variant_id, participant_role, context,
                  value, number, fired, source_version_id, measured_at)
      on conflict on constraint definition_value_pk
      """;

  private static final String KEEP = INSERT + "do nothing";

  private static final String REPLACE =
      INSERT
          + """
            do update set value = excluded.value, number = excluded.number, fired = excluded.fired,
              source_version_id = excluded.source_version_id, measured_at = excluded.measured_at
            """;

  private static final String DELETE =
      """
      delete from metrics.definition_value as gone
      using (select ? as tenant_id, subject_id, definition_id::uuid, value_id
             from unnest(?, ?, ?) as given (subject_id, definition_id, value_id)) as given
      where gone.tenant_id = given.tenant_id and gone.subject_id = given.subject_id
        and gone.definition_id = given.definition_id and gone.value_id = given.value_id
      """;

  private SourceValues() {}

  /// The source values that a threshold compares.
  static Condition seenBy(ThresholdRecord threshold) {
    Condition ofVariant =
        DEFINITION_VALUE
            .TENANT_ID
            .eq(threshold.getTenantId())
            .and(DEFINITION_VALUE.DEFINITION_ID.eq(threshold.getSourceId()))
            .and(DEFINITION_VALUE.VARIANT_ID.eq(threshold.getSourceVariantId()));
    return threshold.getParticipantRole() == null
        ? ofVariant
        : ofVariant.and(DEFINITION_VALUE.PARTICIPANT_ROLE.eq(threshold.getParticipantRole()));
  }

  /// An observation or the value of a behavioral metric.
  static DefinitionValueRecord row(DefinitionRecord definition, Change change, Instant measuredAt) {
    DefinitionValueRecord row = new DefinitionValueRecord();
    row.setTenantId(definition.getTenantId());
    row.setSubjectId(change.subjectId());
    row.setDefinitionId(definition.getDefinitionId());
    row.setValueId(change.valueId());
    row.setVariantId(change.variantId());
    row.setParticipantRole(change.participantRole());
    row.setContext(change.context());
    row.setValue(change.after());
    row.setNumber(Scalar.number(Objects.requireNonNullElse(change.after(), "")).orElse(null));
    row.setMeasuredAt(measuredAt);
    return row;
  }

  /// Inserts all but those that are there already; how many.
  static int insert(DSLContext tx, List<DefinitionValueRecord> rows) {
    return execute(tx, KEEP, rows);
  }

  static void replace(DSLContext tx, List<DefinitionValueRecord> rows) {
    execute(tx, REPLACE, rows);
  }

  static void delete(DSLContext tx, List<DefinitionValueRecord> rows) {
    if (!rows.isEmpty()) {
      Columns.execute(tx, DELETE, rows.getFirst().getTenantId(), columns(rows).subList(0, 3));
    }
  }

  /// In one order, so that transactions never wait for each other in a circle.
  private static int execute(DSLContext tx, String sql, List<DefinitionValueRecord> rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    List<DefinitionValueRecord> sorted = new ArrayList<>(rows);
    sorted.sort(
        Comparator.comparing(DefinitionValueRecord::getSubjectId)
            .thenComparing(DefinitionValueRecord::getValueId));
    return Columns.execute(tx, sql, rows.getFirst().getTenantId(), columns(sorted));
  }

  private static List<String[]> columns(List<DefinitionValueRecord> rows) {
    return List.<Function<DefinitionValueRecord, Object>>of(
            DefinitionValueRecord::getSubjectId,
            DefinitionValueRecord::getDefinitionId,
            DefinitionValueRecord::getValueId,
            DefinitionValueRecord::getVariantId,
            DefinitionValueRecord::getParticipantRole,
            DefinitionValueRecord::getContext,
            DefinitionValueRecord::getValue,
            row -> plain(row.getNumber()),
            DefinitionValueRecord::getFired,
            DefinitionValueRecord::getSourceVersionId,
            DefinitionValueRecord::getMeasuredAt)
        .stream()
        .map(value -> Columns.of(rows, value))
        .toList();
  }

  private static String plain(BigDecimal number) {
    return number == null ? null : number.toPlainString();
  }
}
