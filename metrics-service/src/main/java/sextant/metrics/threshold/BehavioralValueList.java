package sextant.metrics.threshold;

import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.Timestamps;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.MetricValueRecord;
import sextant.metrics.v1.CursorPagination;
import sextant.metrics.v1.DefinitionValue;
import sextant.metrics.v1.ListValuesRequest;
import sextant.metrics.v1.ListValuesResponse;
import sextant.metrics.v1.ValueContext;

/// A page of the values of a behavioral metric, as they are shown.
final class BehavioralValueList {

  private BehavioralValueList() {}

  static ListValuesResponse of(
      DSLContext tx, DefinitionRecord definition, ListValuesRequest request) {
    MetricRecord metric =
        tx.selectFrom(METRIC)
            .where(METRIC.TENANT_ID.eq(definition.getTenantId()))
            .and(METRIC.METRIC_ID.eq(definition.getDefinitionId()))
            .fetchOptional()
            .orElseThrow(
                () -> ApiException.notFound(DefinitionStore.RESOURCE, request.getIdOrSlug()));
    int limit = request.hasLimit() ? request.getLimit() : ValueList.DEFAULT_PAGE_SIZE;
    PageRequest asked =
        new PageRequest(
            List.of("values", metric.getMetricId(), request.getSubjectId()),
            request.getCursor(),
            limit);
    Condition all =
        METRIC_VALUE
            .TENANT_ID
            .eq(metric.getTenantId())
            .and(METRIC_VALUE.METRIC_ID.eq(metric.getMetricId()))
            .and(METRIC_VALUE.EPOCH.eq(metric.getEpoch()))
            .and(
                request.hasSubjectId()
                    ? METRIC_VALUE.CUSTOMER_ID.eq(request.getSubjectId())
                    : noCondition());
    Condition rest =
        asked
            .after(3)
            .<Condition>map(
                key ->
                    row(
                            METRIC_VALUE.CUSTOMER_ID,
                            METRIC_VALUE.DIMENSION_1,
                            METRIC_VALUE.DIMENSION_2)
                        .gt(key.get(0), key.get(1), key.get(2)))
            .orElse(noCondition());
    Page<MetricValueRecord> page =
        asked.page(
            tx.selectFrom(METRIC_VALUE)
                .where(all)
                .and(rest)
                .orderBy(
                    METRIC_VALUE.CUSTOMER_ID, METRIC_VALUE.DIMENSION_1, METRIC_VALUE.DIMENSION_2)
                .limit(asked.toRead())
                .fetch(),
            value ->
                List.of(value.getCustomerId(), value.getDimension_1(), value.getDimension_2()));
    return ListValuesResponse.newBuilder()
        .addAllData(page.map(value -> message(definition, metric, value)))
        .setPagination(
            page.describe(CursorPagination.newBuilder(), tx.fetchCount(METRIC_VALUE, all)))
        .build();
  }

  private static DefinitionValue message(
      DefinitionRecord definition, MetricRecord metric, MetricValueRecord value) {
    String valueId =
        BehavioralEvaluation.valueId(
            metric.getGroupByDimensions().length, value.getDimension_1(), value.getDimension_2());
    DefinitionValue.Builder message =
        DefinitionValue.newBuilder()
            .setSubjectId(value.getCustomerId())
            .setValue(Scalar.json(value.getValue()))
            .setContext(ValueContext.VALUE_CONTEXT_CALL)
            .setVariantId(definition.getVariantId().toString());
    if (!valueId.isEmpty()) {
      message.setValueId(valueId);
    }
    if (metric.getLastComputedAt() != null) {
      message.setObservedAt(Timestamps.of(metric.getLastComputedAt()));
    }
    return message.build();
  }
}
