package sextant.metrics.definition;

import java.time.Instant;
import java.util.List;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.PageToken;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.v1.ListMetricsRequest;
import sextant.metrics.v1.ListMetricsResponse;

/// A page of the metrics of a tenant, who may have so few that all are read for it.
final class MetricList {

  private static final int DEFAULT_PAGE_SIZE = 20;

  private MetricList() {}

  /// `all`: in the order of creation.
  static ListMetricsResponse of(List<MetricRecord> all, ListMetricsRequest request) {
    int limit = request.hasLimit() ? request.getLimit() : DEFAULT_PAGE_SIZE;
    PageRequest asked = new PageRequest(List.of("metrics"), request.getCursor(), limit);
    List<MetricRecord> rest =
        asked
            .after(2)
            .map(Position::of)
            .map(last -> all.stream().filter(last::isBefore).toList())
            .orElse(all);
    Page<MetricRecord> page =
        asked.page(rest, metric -> List.of(metric.getCreatedAt(), metric.getMetricId()));
    ListMetricsResponse.Builder response =
        ListMetricsResponse.newBuilder()
            .addAllData(page.map(MetricMessages::metric))
            .setTotal(all.size())
            .setHasMore(page.next().isPresent());
    page.next().ifPresent(response::setCursor);
    return response.build();
  }

  /// Where a page ends.
  private record Position(Instant createdAt, String metricId) {

    static Position of(List<String> key) {
      return new Position(PageToken.instant(key.getFirst()), key.getLast());
    }

    boolean isBefore(MetricRecord metric) {
      int byTime = createdAt.compareTo(metric.getCreatedAt());
      return byTime < 0 || byTime == 0 && metricId.compareTo(metric.getMetricId().toString()) < 0;
    }
  }
}
