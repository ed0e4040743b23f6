package sextant.metrics.threshold;

import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static sextant.metrics.jooq.Tables.DEFINITION_VALUE;

import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.PageToken;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.DefinitionValueRecord;
import sextant.metrics.v1.CursorPagination;
import sextant.metrics.v1.DefinitionValue;
import sextant.metrics.v1.ListValuesRequest;
import sextant.metrics.v1.ListValuesResponse;

/// A page of observations, or of results of a threshold.
final class ValueList {

  static final int DEFAULT_PAGE_SIZE = 50;

  private ValueList() {}

  static ListValuesResponse of(
      DSLContext tx, DefinitionRecord definition, ListValuesRequest request) {
    int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
    PageRequest asked =
        new PageRequest(
            List.of(
                "values",
                definition.getDefinitionId(),
                request.getSubjectId(),
                request.hasFired() ? request.getFired() : "all"),
            request.getCursor(),
            limit);
    Condition all =
        DEFINITION_VALUE
            .TENANT_ID
            .eq(definition.getTenantId())
            .and(DEFINITION_VALUE.DEFINITION_ID.eq(definition.getDefinitionId()))
            .and(
                request.hasSubjectId()
                    ? DEFINITION_VALUE.SUBJECT_ID.eq(request.getSubjectId())
                    : noCondition())
            .and(
                request.hasFired() ? DEFINITION_VALUE.FIRED.eq(request.getFired()) : noCondition());
    Condition rest = asked.after(3).map(ValueList::after).orElse(noCondition());
    Page<DefinitionValueRecord> page =
        asked.page(
            tx.selectFrom(DEFINITION_VALUE)
                .where(all)
                .and(rest)
                .orderBy(
                    DEFINITION_VALUE.MEASURED_AT.desc(),
                    DEFINITION_VALUE.SUBJECT_ID.desc(),
                    DEFINITION_VALUE.VALUE_ID.desc())
                .limit(asked.toRead())
                .fetch(),
            row -> List.of(row.getMeasuredAt(), row.getSubjectId(), row.getValueId()));
    return ListValuesResponse.newBuilder()
        .addAllData(page.map(ValueList::message))
        .setPagination(
            page.describe(CursorPagination.newBuilder(), tx.fetchCount(DEFINITION_VALUE, all)))
        .build();
  }

  private static Condition after(List<String> key) {
    return row(DEFINITION_VALUE.MEASURED_AT, DEFINITION_VALUE.SUBJECT_ID, DEFINITION_VALUE.VALUE_ID)
        .lt(PageToken.instant(key.get(0)), key.get(1), key.get(2));
  }

  private static DefinitionValue message(DefinitionValueRecord row) {
    DefinitionValue.Builder value = DefinitionValue.newBuilder();
    if (!row.getSubjectId().isEmpty()) {
      value.setSubjectId(row.getSubjectId());
    }
    if (!row.getValueId().isEmpty()) {
      value.setValueId(row.getValueId());
    }
    if (row.getValue() != null) {
      value.setValue(row.getValue());
    }
    if (row.getContext() != null) {
      value.setContext(Names.context(row.getContext()));
    }
    Names.role(row.getParticipantRole()).ifPresent(value::setParticipantRole);
    if (row.getFired() == null) {
      value.setVariantId(row.getVariantId().toString());
      value.setObservedAt(Timestamps.of(row.getMeasuredAt()));
    } else {
      value.setFired(row.getFired());
      value.setSourceVersionId(row.getSourceVersionId().toString());
      value.setEvaluatedAt(Timestamps.of(row.getMeasuredAt()));
    }
    return value.build();
  }
}
