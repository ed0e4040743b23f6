package sextant.metrics.threshold;

import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static sextant.metrics.jooq.Tables.METRIC;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.PageToken;
import sextant.metrics.jooq.tables.records.DefinitionRecord;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.jooq.tables.records.MetricValueRecord;
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
    List<?> list = List.of("values", metric.getMetricId(), request.getSubjectId());
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
        PageToken.decode(request.getCursor(), list, 3)
            .<Condition>map(
                key ->
                    row(
                            METRIC_VALUE.CUSTOMER_ID,
                            METRIC_VALUE.DIMENSION_1,
                            METRIC_VALUE.DIMENSION_2)
                        .gt(key.get(0), key.get(1), key.get(2)))
            .orElse(noCondition());
    List<MetricValueRecord> rows =
        tx.selectFrom(METRIC_VALUE)
            .where(all)
            .and(rest)
            .orderBy(METRIC_VALUE.CUSTOMER_ID, METRIC_VALUE.DIMENSION_1, METRIC_VALUE.DIMENSION_2)
            .limit(limit + 1)
            .fetch();
    ListValuesResponse.Builder page = ListValuesResponse.newBuilder();
    rows.stream().limit(limit).forEach(value -> add(page, definition, metric, value));
    page.getPaginationBuilder()
        .setTotal(tx.fetchCount(METRIC_VALUE, all))
        .setLimit(limit)
        .setHasMore(rows.size() > limit);
    if (rows.size() > limit) {
      MetricValueRecord last = rows.get(limit - 1);
      page.getPaginationBuilder()
          .setCursor(
              PageToken.encode(
                  list,
                  List.of(last.getCustomerId(), last.getDimension_1(), last.getDimension_2())));
    }
    return page.build();
  }

  private static void add(
      ListValuesResponse.Builder page,
      DefinitionRecord definition,
      MetricRecord metric,
      MetricValueRecord value) {
    String valueId =
        BehavioralEvaluation.valueId(
            metric.getGroupByDimensions().length, value.getDimension_1(), value.getDimension_2());
    var message =
        page.addDataBuilder()
            .setSubjectId(value.getCustomerId())
            .setValue(Scalar.json(value.getValue()))
            .setContext(ValueContext.VALUE_CONTEXT_CALL)
            .setVariantId(definition.getVariantId().toString());
    if (!valueId.isEmpty()) {
      message.setValueId(valueId);
    }
    if (metric.getLastComputedAt() != null) {
      message.setObservedAt(DefinitionMessages.timestamp(metric.getLastComputedAt()));
    }
  }
}
