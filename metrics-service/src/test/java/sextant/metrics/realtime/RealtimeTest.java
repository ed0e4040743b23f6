package sextant.metrics.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.metrics.compute.StoredValues.storedValues;
import static sextant.metrics.jooq.Tables.METRIC_VALUE;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.metrics.MetricsExtension;
import sextant.metrics.v1.AggregateFunction;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMode;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.RecordInteractionsRequest;

final class RealtimeTest {

  private static final Set<String> TYPES =
      Set.of("purchase", "click", "impression", "dismiss", "visit");
  private static final String[] SOURCES = {
    "purchase", "click", "totalValue", "positive", "neutral", "amount", "properties.cart.total"
  };
  private static final String FILTER = "{\"channelId\":[\"email\",\"sms\"]}";
  private static final int CUSTOMERS = 15;

  @RegisterExtension static final MetricsExtension mesh = new MetricsExtension();

  /// A build that died halfway leaves nothing behind that is ever shown, and is made up for.
  @Test
  void aBuildThatDiedIsMadeUpFor() {
    String tenant = mesh.newTenant();
    var intake = mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var purchase =
        RecordInteractionsRequest.newBuilder()
            .addEvents(InteractionInput.newBuilder().setCustomerId("c").setEventType("purchase"))
            .build();
    intake.recordInteractions(purchase);
    Metric metric =
        metrics.createMetric(
            CreateMetricRequest.newBuilder()
                .setName("m")
                .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_COUNT)
                .setSourceField("purchase")
                .setComputeMode(ComputeMode.COMPUTE_MODE_REALTIME)
                .build());
    // As if the process had been killed between the beginning of a set of values and its end.
    mesh.database()
        .asOwner(
            db ->
                db.execute(
                    "update metrics.metric set realtime_epoch = last_epoch + 1, last_epoch = last_epoch + 1 where tenant_id = ?",
                    tenant));
    intake.recordInteractions(purchase);
    mesh.drain();
    intake.recordInteractions(purchase);
    assertThat(storedValues(mesh, metric.getId())).isEqualTo(Map.of("c||", new BigDecimal(3)));
    int stored =
        mesh.database()
            .asOwner(db -> db.fetchCount(METRIC_VALUE, METRIC_VALUE.TENANT_ID.eq(tenant)));
    assertThat(stored).isEqualTo(1);
  }

  /// `checkout` is no type when the metric is made, and becomes one.
  @Test
  void aSourceThatTurnsOutToBeATypeIsComputedAsOne() {
    String tenant = mesh.newTenant();
    var intake = mesh.as(InteractionsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    var metrics = mesh.as(MetricsServiceGrpc::newBlockingStub, tenant, Role.ROLE_EDITOR);
    for (ComputeMode mode :
        List.of(ComputeMode.COMPUTE_MODE_REALTIME, ComputeMode.COMPUTE_MODE_BATCH)) {
      String type = "checkout " + mode;
      Metric metric =
          metrics.createMetric(
              CreateMetricRequest.newBuilder()
                  .setName(type)
                  .setAggregateFunction(AggregateFunction.AGGREGATE_FUNCTION_SUM)
                  .setSourceField(type)
                  .setComputeMode(mode)
                  .build());
      intake.recordInteractions(
          RecordInteractionsRequest.newBuilder()
              .addEvents(
                  InteractionInput.newBuilder()
                      .setCustomerId("c")
                      .setEventType(type)
                      .setValue("1.5"))
              .build());
      metrics.computeMetric(ComputeMetricRequest.newBuilder().setId(metric.getId()).build());
      assertThat(storedValues(mesh, metric.getId()))
          .isEqualTo(Map.of("c||", new BigDecimal("1.5")));
    }
  }
}
