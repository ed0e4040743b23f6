package sextant.metrics.definition;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.metrics.Locks;
import sextant.metrics.UniqueName;
import sextant.metrics.compute.BatchCompute;
import sextant.metrics.jooq.tables.records.MetricRecord;
import sextant.metrics.policy.PolicyReferences;
import sextant.metrics.realtime.LiveBuild;
import sextant.metrics.realtime.LiveMetrics;
import sextant.metrics.realtime.WindowSweeper;
import sextant.metrics.threshold.BehavioralDefinitions;
import sextant.metrics.v1.ComputeMetricRequest;
import sextant.metrics.v1.ComputeMetricResponse;
import sextant.metrics.v1.CreateMetricRequest;
import sextant.metrics.v1.DeleteMetricRequest;
import sextant.metrics.v1.GetMetricRequest;
import sextant.metrics.v1.ListMetricValuesRequest;
import sextant.metrics.v1.ListMetricValuesResponse;
import sextant.metrics.v1.ListMetricsRequest;
import sextant.metrics.v1.ListMetricsResponse;
import sextant.metrics.v1.Metric;
import sextant.metrics.v1.MetricsServiceGrpc;
import sextant.metrics.v1.ReadMetricValuesRequest;
import sextant.metrics.v1.ReadMetricValuesResponse;
import sextant.metrics.v1.UpdateMetricRequest;

/// The behavioral metrics document over gRPC.
public final class MetricsService extends MetricsServiceGrpc.MetricsServiceImplBase {

  private final Database database;
  private final MetricRepository metrics;
  private final KnownTypes types;
  private final LiveBuild build;
  private final RequestedCompute compute;
  private final MetricValues values;
  private final InstantSource time;

  public MetricsService(
      Database database,
      MetricRepository metrics,
      TypeReconciliation reconciliation,
      BatchCompute compute,
      LiveBuild build,
      WindowSweeper sweeper,
      InstantSource time) {
    this.database = database;
    this.metrics = metrics;
    this.types = new KnownTypes(metrics);
    this.build = build;
    this.compute = new RequestedCompute(database, metrics, reconciliation, compute, build, sweeper);
    this.values = new MetricValues(database, metrics, sweeper, time);
    this.time = time;
  }

  @Override
  public void listMetrics(ListMetricsRequest request, StreamObserver<ListMetricsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          List<MetricRecord> all = database.inTenant(tenantId, tx -> metrics.all(tx, tenantId));
          return MetricList.of(all, request);
        });
  }

  @Override
  public void createMetric(CreateMetricRequest request, StreamObserver<Metric> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          MetricRecord metric = NewMetric.of(tenantId, request, now());
          database.inTenant(
              tenantId,
              tx -> {
                Locks.exclusive(tx, "metric-limit", tenantId);
                if (metrics.count(tx, tenantId) >= MetricRules.MAX_METRICS) {
                  throw MetricRules.limitReached();
                }
                metric.setSourceKind(types.kindOf(tx, tenantId, metric.getSourceField()).stored());
                store(metric, () -> metrics.insert(tx, metric));
                BehavioralDefinitions.add(tx, metric);
                return null;
              });
          return settled(tenantId, metric.getMetricId());
        });
  }

  @Override
  public void updateMetric(UpdateMetricRequest request, StreamObserver<Metric> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          UUID metricId = metricId(request.getId());
          database.inTenant(
              tenantId,
              tx -> {
                LiveMetrics.enterAlone(tx, tenantId);
                WindowSweeper.advance(tx, tenantId, metricId, now());
                MetricRecord metric =
                    metrics
                        .findForUpdate(tx, tenantId, metricId)
                        .orElseThrow(() -> notFound(request.getId()));
                change(tx, metric, request);
                return null;
              });
          return settled(tenantId, metricId);
        });
  }

  private void change(DSLContext tx, MetricRecord metric, UpdateMetricRequest request) {
    MetricRecord before = metric.original();
    MetricChanges.apply(request, metric);
    MetricRules.check(metric);
    MetricRules.refuseIfUsed(
        metric.getMetricId(),
        "is compared by another dimension in",
        PolicyReferences.toMissingDimensions(tx, metric));
    metric.setSourceKind(types.kindOf(tx, metric.getTenantId(), metric.getSourceField()).stored());
    metric.setUpdatedAt(now());
    if (MetricRules.computesDifferently(before, metric)) {
      ValueSets.startAnew(tx, metrics, metric);
    } else if (!MetricRules.isLive(metric)) {
      ValueSets.freeze(tx, metrics, metric);
    }
    store(metric, () -> metrics.update(tx, metric));
    BehavioralDefinitions.change(tx, metric);
  }

  /// The metric after a change, its values built if it is a realtime one. Should this process die
  /// before they are, background work builds them.
  private Metric settled(String tenantId, UUID metricId) {
    build.buildIfNeeded(tenantId, metricId);
    return database.inTenant(
        tenantId, tx -> MetricMessages.metric(find(tx, tenantId, metricId.toString())));
  }

  @Override
  public void deleteMetric(DeleteMetricRequest request, StreamObserver<Empty> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          UUID metricId = metricId(request.getId());
          return database.inTenant(
              tenantId,
              tx -> {
                LiveMetrics.enterAlone(tx, tenantId);
                MetricRecord metric =
                    metrics
                        .findForUpdate(tx, tenantId, metricId)
                        .orElseThrow(() -> notFound(request.getId()));
                List<String> users = new ArrayList<>(PolicyReferences.to(tx, metric));
                users.addAll(BehavioralDefinitions.enterThresholds(tx, tenantId, metricId));
                MetricRules.refuseIfUsed(metricId, "is used by", users);
                ValueSets.freeze(tx, metrics, metric);
                metrics.abandonValues(tx, tenantId, metricId, metric.getEpoch());
                BehavioralDefinitions.remove(tx, tenantId, metricId);
                metrics.delete(tx, tenantId, metricId);
                return Empty.getDefaultInstance();
              });
        });
  }

  @Override
  public void getMetric(GetMetricRequest request, StreamObserver<Metric> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId, tx -> MetricMessages.metric(find(tx, tenantId, request.getId())));
        });
  }

  @Override
  public void computeMetric(
      ComputeMetricRequest request, StreamObserver<ComputeMetricResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          UUID metricId = metricId(request.getId());
          return ComputeMetricResponse.newBuilder()
              .setComputed(true)
              .setValueCount(compute.run(tenantId, metricId))
              .build();
        });
  }

  @Override
  public void listMetricValues(
      ListMetricValuesRequest request, StreamObserver<ListMetricValuesResponse> out) {
    Unary.respond(out, () -> values.highest(metricId(request.getId()), request));
  }

  @Override
  public void readMetricValues(
      ReadMetricValuesRequest request, StreamObserver<ReadMetricValuesResponse> out) {
    Unary.respond(out, () -> values.read(request));
  }

  private static void store(MetricRecord metric, Runnable statement) {
    UniqueName.store("metric_name_key", "metric", metric.getName(), statement);
  }

  private MetricRecord find(DSLContext tx, String tenantId, String id) {
    return metrics.find(tx, tenantId, metricId(id)).orElseThrow(() -> notFound(id));
  }

  /// An id that is no UUID names no metric.
  private static UUID metricId(String id) {
    return Ids.parse(id).orElseThrow(() -> notFound(id));
  }

  private static ApiException notFound(String id) {
    return ApiException.notFound("metric", id);
  }

  /// As precise as the database stores it.
  private Instant now() {
    return time.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
