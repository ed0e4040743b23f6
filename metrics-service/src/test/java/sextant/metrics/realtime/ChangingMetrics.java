package sextant.metrics.realtime;

import com.google.protobuf.FieldMask;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.DeleteMetricRequest;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricStatus;
import sextant.metrics.v1.MetricsServiceGrpc.MetricsServiceBlockingStub;
import sextant.metrics.v1.UpdateMetricRequest;

/// Realtime metrics of a tenant whose definitions change again and again.
final class ChangingMetrics {

  private static final String[] SOURCES = {
    "purchase", "click", "totalValue", "positive", "neutral", "amount", "properties.cart.total"
  };
  private static final String CHANNELS = "{\"channelId\":[\"email\",\"sms\"]}";
  private static final String SQL = "value >= 10 and not (offer_id = 'offer-1')";

  private final Random random;
  private final List<Metric> metrics = new ArrayList<>();
  private int names;

  ChangingMetrics(Random random) {
    this.random = random;
  }

  /// As they are now.
  List<Metric> all() {
    return List.copyOf(metrics);
  }

  void create(MetricsServiceBlockingStub stub) {
    CreateMetricRequest.Builder request =
        CreateMetricRequest.newBuilder()
            .setName("metric " + names++)
            .setAggregateFunctionValue(1 + random.nextInt(2))
            .setSourceField(SOURCES[random.nextInt(SOURCES.length)])
            .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME);
    if (random.nextInt(4) > 0) {
      request.setWindowDays(1 + random.nextInt(7));
    }
    if (random.nextBoolean()) {
      request.addGroupByDimensions("offerId");
    }
    switch (random.nextInt(4)) {
      case 0 -> request.setFilterConditions(CHANNELS);
      case 1 -> request.setSqlFilter(SQL);
      default -> {}
    }
    metrics.add(stub.createMetric(request.build()));
  }

  /// Replaces one metric by a new one.
  void replace(MetricsServiceBlockingStub stub) {
    Metric metric = metrics.remove(random.nextInt(metrics.size()));
    stub.deleteMetric(DeleteMetricRequest.newBuilder().setId(metric.getId()).build());
    create(stub);
  }

  /// A change of one metric that may be sent again.
  UpdateMetricRequest update() {
    Metric metric = metrics.get(random.nextInt(metrics.size()));
    UpdateMetricRequest.Builder update = UpdateMetricRequest.newBuilder().setId(metric.getId());
    switch (random.nextInt(7)) {
      case 0 -> update.setWindowDays(1 + random.nextInt(7));
      case 1 -> update.setUpdateMask(FieldMask.newBuilder().addPaths("window_days"));
      case 2 ->
          update.setStatus(
              random.nextBoolean()
                  ? MetricStatus.METRIC_STATUS_PAUSED
                  : MetricStatus.METRIC_STATUS_ACTIVE);
      case 3 ->
          update.setComputeMode(
              random.nextBoolean()
                  ? ComputeMode.COMPUTE_MODE_BATCH
                  : ComputeMode.COMPUTE_MODE_REALTIME);
      case 4 -> update.setFilterConditions(CHANNELS).setStatus(MetricStatus.METRIC_STATUS_ACTIVE);
      case 5 -> update.setUpdateMask(FieldMask.newBuilder().addPaths("sql_filter"));
      default ->
          update
              .setSourceField(SOURCES[random.nextInt(SOURCES.length)])
              .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME);
    }
    return update.build();
  }

  void updated(Metric metric) {
    metrics.replaceAll(old -> old.getId().equals(metric.getId()) ? metric : old);
  }

  /// What the filters of a metric let through.
  static Predicate<InteractionRecord> filter(Metric metric) {
    Predicate<InteractionRecord> channels =
        row -> row.getChannelId() != null && List.of("email", "sms").contains(row.getChannelId());
    Predicate<InteractionRecord> sql =
        row ->
            row.getValue() != null
                && row.getValue().compareTo(BigDecimal.TEN) >= 0
                && row.getOfferId() != null
                && !row.getOfferId().equals("offer-1");
    return Map.<String, Predicate<InteractionRecord>>of("", row -> true, CHANNELS, channels)
        .get(metric.getFilterConditions())
        .and(metric.hasSqlFilter() ? sql : row -> true);
  }
}
