package sextant.metrics;

import io.grpc.BindableService;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sextant.kit.db.Database;
import sextant.kit.db.Migration;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;
import sextant.kit.telemetry.Gauges;
import sextant.metrics.compute.BatchCompute;
import sextant.metrics.compute.BatchSchedule;
import sextant.metrics.definition.AbandonedValues;
import sextant.metrics.definition.MetricRepository;
import sextant.metrics.definition.MetricsService;
import sextant.metrics.definition.TypeReconciliation;
import sextant.metrics.feed.EventFeedService;
import sextant.metrics.interaction.InteractionsService;
import sextant.metrics.interaction.OutcomeTypesService;
import sextant.metrics.policy.ContactPoliciesService;
import sextant.metrics.policy.PolicyEvaluationService;
import sextant.metrics.policy.QualificationRulesService;
import sextant.metrics.realtime.LiveBuild;
import sextant.metrics.realtime.WindowSweeper;
import sextant.metrics.threshold.AbandonedDefinitions;
import sextant.metrics.threshold.BehavioralEvaluation;
import sextant.metrics.threshold.DefinitionsService;
import sextant.metrics.threshold.ObservationsService;
import sextant.metrics.threshold.ThresholdsService;

/// The wiring of the metrics-service: the same for production, tests and the standalone mesh.
public final class MetricsServer implements AutoCloseable {

  private final RpcServer rpc;
  private final ThresholdsService thresholds;
  private final InteractionsService interactions;
  private final Background background;
  private final Gauges backlog;
  private final Database database;

  private MetricsServer(
      RpcServer rpc,
      ThresholdsService thresholds,
      InteractionsService interactions,
      Background background,
      Gauges backlog,
      Database database) {
    this.rpc = rpc;
    this.thresholds = thresholds;
    this.interactions = interactions;
    this.background = background;
    this.backlog = backlog;
    this.database = database;
  }

  /// Migrates the schema, then serves.
  public static MetricsServer start(MetricsConfig config, InstantSource time) {
    Migration.run(
        config.database(),
        MetricsConfig.SCHEMA,
        "classpath:db/metrics",
        MetricsConfig.GRANTED_ROLES);
    Database database = Database.open(config.database(), "metrics");
    MetricRepository metrics = new MetricRepository();
    TypeReconciliation reconciliation = new TypeReconciliation(database, metrics);
    BatchCompute compute = new BatchCompute(database, metrics, time);
    BatchSchedule schedule = new BatchSchedule(database, compute, time);
    LiveBuild build = new LiveBuild(database, metrics, time);
    WindowSweeper sweeper = new WindowSweeper(database, time);
    AbandonedValues abandoned = new AbandonedValues(database);
    BehavioralEvaluation evaluation = new BehavioralEvaluation(database, time);
    AbandonedDefinitions abandonedDefinitions = new AbandonedDefinitions(database);
    ThresholdsService thresholds = new ThresholdsService(database, time);
    Gauges backlog = Backlog.gauges(database, time);
    InteractionsService interactions = new InteractionsService(database, time);
    List<BindableService> services =
        List.of(
            interactions,
            new OutcomeTypesService(database),
            new EventFeedService(database),
            new ContactPoliciesService(database, time),
            new QualificationRulesService(database, time),
            new PolicyEvaluationService(database, time),
            new DefinitionsService(database, time),
            thresholds,
            new ObservationsService(database, sweeper, time),
            new MetricsService(database, metrics, reconciliation, compute, build, sweeper, time));
    Background background =
        Background.start(
            config.pollInterval(),
            Map.of(
                "metric-types", reconciliation::drain,
                "metric-schedule", schedule::drain,
                "metric-builds", build::drain,
                "metric-windows", sweeper::drain,
                "metric-abandoned", abandoned::drain,
                "threshold-evaluation", evaluation::drain,
                "definition-abandoned", abandonedDefinitions::drain,
                "metric-backlog", backlog::drain));
    RpcServer rpc =
        RpcServer.start(
            config.binding(),
            new CallerTokens(config.meshKeys(), time),
            Optional.of(database),
            services);
    return new MetricsServer(rpc, thresholds, interactions, background, backlog, database);
  }

  /// The TCP port.
  public int port() {
    return rpc.port();
  }

  /// Does all background work that is due now, for tests, which have no threads for it.
  public void drain() {
    background.drain();
  }

  /// Lets running calls finish, then lets go of the database.
  @Override
  public void close() {
    thresholds.close();
    rpc.close();
    background.close();
    backlog.close();
    interactions.close();
    database.close();
  }
}
