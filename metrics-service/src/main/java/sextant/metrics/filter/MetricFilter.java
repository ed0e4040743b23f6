package sextant.metrics.filter;

import static org.jooq.impl.DSL.noCondition;

import org.jooq.Condition;
import sextant.metrics.jooq.tables.records.MetricRecord;

/// Which interactions a metric takes in, by its two filters together.
public final class MetricFilter {

  private MetricFilter() {}

  /// A condition on the interaction table. Fails with [InvalidFilter].
  public static Condition of(MetricRecord metric) {
    return conditions(metric.getFilterConditions()).and(sql(metric.getSqlFilter()));
  }

  /// Of a `filterConditions` document; null means no filter.
  public static Condition conditions(String json) {
    return json == null ? noCondition() : FilterTree.compile(json);
  }

  /// Of a `sqlFilter`; null means no filter.
  public static Condition sql(String text) {
    return text == null ? noCondition() : SqlFilter.compile(text);
  }
}
