package sextant.standalone.demo;

import java.util.List;

/// What to try once the demo is there: curl lines that answer something worth reading.
final class DemoTour {

  private static final List<String> DASHBOARDS =
      List.of(
          "summary",
          "acceptance_rate&days=30",
          "offer_performance&days=30",
          "offer_performance_grouped&days=30&groupBy=category",
          "offer_performance_grouped&days=30&groupBy=segment",
          "channel_effectiveness&days=30",
          "budget_burn",
          "funnel",
          "attribution_summary",
          "daily_trend&days=14&timezone=Europe/Berlin",
          "revenue_trend&days=14",
          "model_metrics_trend",
          "latency_trend",
          "policy_impact",
          "score_distribution&days=14&groupBy=channel",
          "degraded_scoring&days=90",
          "selection_frequency&days=14",
          "why_not_ranked&days=14&offerId=off_premium_card",
          "anomaly_candidates");

  private final String url;
  private final String tenant;

  DemoTour(String url, String tenant) {
    this.url = url;
    this.tenant = tenant;
  }

  void print(String metricId, String segmentId, String journeyId) {
    System.out.println("\nThe dashboards:");
    DASHBOARDS.forEach(type -> curl("/api/v1/dashboard-data?type=" + type));
    System.out.println("\nOnly premium customers:");
    curl("/api/v1/dashboard-data?type=acceptance_rate&days=30&segmentId=" + segmentId);
    curl("/api/v1/dashboard-data?type=selection_frequency&days=30&segmentId=" + segmentId);
    System.out.println("\nMetrics, segments and the journey behind them:");
    curl("/api/v1/behavioral-metrics");
    curl("/api/v1/behavioral-metrics/" + metricId + "/values");
    curl("/api/v1/segments");
    curl("/api/v1/journeys/" + journeyId + "/analytics");
    curl("/api/v1/interaction-history?customerId=cust_00001");
    curl("/api/v1/decision-traces?limit=1");
    System.out.printf("%nAll routes are documented at %s/docs%n", url);
  }

  private void curl(String path) {
    System.out.printf("  curl -s \"%s%s\" -H \"X-Tenant-Id: %s\"%n", url, path, tenant);
  }
}
