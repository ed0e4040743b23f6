package sextant.dashboard.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.dashboard.DashboardConfig;
import sextant.dashboard.DashboardExtension;
import sextant.dashboard.v1.GetAcceptanceRateRequest;
import sextant.dashboard.v1.GetAnomalyCandidatesRequest;
import sextant.dashboard.v1.GetChannelEffectivenessRequest;
import sextant.dashboard.v1.GetDailyTrendRequest;
import sextant.dashboard.v1.GetDegradedScoringRequest;
import sextant.dashboard.v1.GetLatencyTrendRequest;
import sextant.dashboard.v1.GetModelMetricsTrendRequest;
import sextant.dashboard.v1.GetOfferPerformanceGroupedRequest;
import sextant.dashboard.v1.GetOfferPerformanceRequest;
import sextant.dashboard.v1.GetRevenueTrendRequest;
import sextant.dashboard.v1.GetScoreDistributionRequest;
import sextant.dashboard.v1.GetSelectionFrequencyRequest;
import sextant.dashboard.v1.GetWhyNotRankedRequest;
import sextant.dashboard.v1.PerformanceGrouping;
import sextant.dashboard.v1.ScoreGrouping;

/// What PostgreSQL does for each type on a year of facts, by its own account: no table that grows
/// is read from one end to the other.
final class PlansTest {

  @RegisterExtension static final DashboardExtension dashboard = new DashboardExtension();

  private static final String TENANT = "large";
  private static final String SEGMENT = "6f1f9f6e-0c1c-4a62-9a7c-2f7a3d4b5c6d";

  /// Tables of facts: never read but by an index that narrows down more than the tenant.
  private static final Set<String> FACTS =
      Set.of("interaction", "decision_trace", "decision_candidate");

  /// Tables that grow slower: never read as they lie.
  private static final Set<String> GROWING =
      Set.of(
          "interaction_daily",
          "interaction_daily_by_offer",
          "interaction_daily_by_channel",
          "candidate_daily",
          "candidate_daily_by_offer",
          "score_daily_by_channel",
          "trace_daily",
          "latency_daily",
          "beaten_daily",
          "suppression",
          "attribution_result");

  private static Instant now;
  private static Connection connection;

  @BeforeAll
  static void aYearOfFacts() throws SQLException {
    now = dashboard.clock.instant();
    dashboard
        .database()
        .<Void>asOwner(
            db -> {
              ManyFacts.write(db, TENANT, now, 150_000, 30_000);
              db.execute(
                  """
                  insert into segments.segment
                    (tenant_id, segment_id, name, status, entity_type, base_schema_id, joins, filters,
                     view_name, customer_count, created_at, updated_at)
                  values (?, ?::uuid, 'A tenth', 'active', 'customer', gen_random_uuid(), '[]', '[]',
                          'seg_tenth', 0, now(), now())
                  """,
                  TENANT,
                  SEGMENT);
              db.execute(
                  """
                  create table segments.person as
                  select 'customer-' || n as customer_id, n % 10 as kind
                  from generate_series(0, 9999) as n
                  """);
              db.execute(
                  """
                  create view segment_view.seg_tenth as
                  select customer_id from segments.person where kind = 0
                  """);
              db.execute("grant select on segment_view.seg_tenth to " + DashboardConfig.ROLE);
              db.execute("analyze");
              return null;
            });
    connection = DriverManager.getConnection(dashboard.database().url(), DashboardConfig.ROLE, "");
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("set local sextant.tenant = '" + TENANT + "'");
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  private static Map<String, Consumer<Reading>> types() {
    Map<String, Consumer<Reading>> types = new LinkedHashMap<>();
    types.put("summary", Summary::read);
    types.put("funnel", Funnel::read);
    types.put("budget_burn", BudgetBurn::read);
    types.put("attribution_summary", AttributionSummary::read);
    types.put("policy_impact", PolicyImpact::read);
    types.put(
        "model_metrics_trend",
        reading ->
            ModelMetricsTrend.read(reading, GetModelMetricsTrendRequest.getDefaultInstance()));
    for (String timezone : List.of("", "Asia/Kolkata")) {
      for (String segment : List.of("", SEGMENT)) {
        String how =
            (timezone.isEmpty() ? "" : " " + timezone) + (segment.isEmpty() ? "" : " of a segment");
        putInteractions(types, how, timezone, segment);
        putSamples(types, how, timezone, segment);
      }
      putTraces(types, timezone.isEmpty() ? "" : " " + timezone, timezone);
    }
    return types;
  }

  private static void putInteractions(
      Map<String, Consumer<Reading>> types, String how, String timezone, String segment) {
    types.put(
        "acceptance_rate" + how,
        reading ->
            AcceptanceRate.read(
                reading,
                GetAcceptanceRateRequest.newBuilder()
                    .setTimezone(timezone)
                    .setSegmentId(segment)
                    .build()));
    types.put(
        "offer_performance" + how,
        reading ->
            OfferPerformance.read(
                reading,
                GetOfferPerformanceRequest.newBuilder()
                    .setTimezone(timezone)
                    .setSegmentId(segment)
                    .build()));
    types.put(
        "channel_effectiveness" + how,
        reading ->
            ChannelEffectiveness.read(
                reading,
                GetChannelEffectivenessRequest.newBuilder()
                    .setTimezone(timezone)
                    .setSegmentId(segment)
                    .build()));
    types.put(
        "daily_trend" + how,
        reading ->
            DailyTrend.read(
                reading,
                GetDailyTrendRequest.newBuilder()
                    .setTimezone(timezone)
                    .setSegmentId(segment)
                    .build()));
    types.put(
        "revenue_trend" + how,
        reading ->
            RevenueTrend.read(
                reading,
                GetRevenueTrendRequest.newBuilder()
                    .setTimezone(timezone)
                    .setSegmentId(segment)
                    .build()));
    for (int grouping = 1; grouping <= 3; grouping++) {
      PerformanceGrouping groupBy = PerformanceGrouping.forNumber(grouping);
      types.put(
          "offer_performance_grouped by " + groupBy + how,
          reading ->
              OfferPerformanceGrouped.read(
                  reading,
                  GetOfferPerformanceGroupedRequest.newBuilder()
                      .setTimezone(timezone)
                      .setSegmentId(segment)
                      .setGroupBy(groupBy)
                      .build()));
    }
  }

  private static void putSamples(
      Map<String, Consumer<Reading>> types, String how, String timezone, String segment) {
    for (boolean exact : List.of(false, true)) {
      String much = how + (exact ? " exact" : "");
      types.put(
          "selection_frequency" + much,
          reading ->
              SelectionFrequency.read(
                  reading,
                  GetSelectionFrequencyRequest.newBuilder()
                      .setTimezone(timezone)
                      .setSegmentId(segment)
                      .setExact(exact)
                      .build()));
      types.put(
          "why_not_ranked" + much,
          reading ->
              WhyNotRanked.read(
                  reading,
                  GetWhyNotRankedRequest.newBuilder()
                      .setOfferId("off_1")
                      .setTimezone(timezone)
                      .setSegmentId(segment)
                      .setExact(exact)
                      .build()));
    }
  }

  private static void putTraces(Map<String, Consumer<Reading>> types, String how, String timezone) {
    types.put(
        "latency_trend" + how,
        reading ->
            LatencyTrend.read(
                reading, GetLatencyTrendRequest.newBuilder().setTimezone(timezone).build()));
    types.put(
        "degraded_scoring" + how,
        reading ->
            DegradedScoring.read(
                reading, GetDegradedScoringRequest.newBuilder().setTimezone(timezone).build()));
    types.put(
        "anomaly_candidates" + how,
        reading ->
            AnomalyCandidates.read(
                reading, GetAnomalyCandidatesRequest.newBuilder().setTimezone(timezone).build()));
    for (int grouping = 1; grouping <= 3; grouping++) {
      ScoreGrouping groupBy = ScoreGrouping.forNumber(grouping);
      types.put(
          "score_distribution by " + groupBy + how,
          reading ->
              ScoreDistribution.read(
                  reading,
                  GetScoreDistributionRequest.newBuilder()
                      .setTimezone(timezone)
                      .setGroupBy(groupBy)
                      .build()));
    }
  }

  @TestFactory
  Stream<DynamicTest> noTypeReadsAGrowingTableFromEndToEnd() {
    return types().entrySet().stream()
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type.getKey(),
                    () -> {
                      List<String> statements = statements(type.getValue());
                      assertThat(statements).isNotEmpty();
                      for (String sql : statements) {
                        List<String> scans = new ArrayList<>();
                        findLongScans(plan(sql), scans);
                        assertThat(scans).as(sql).isEmpty();
                      }
                    }));
  }

  /// What a type asks of the database, as text.
  private static List<String> statements(Consumer<Reading> type) {
    List<String> statements = new ArrayList<>();
    DSLContext db =
        DSL.using(
            new DefaultConfiguration()
                .set(connection)
                .set(SQLDialect.POSTGRES)
                .set(new Settings().withStatementType(StatementType.STATIC_STATEMENT))
                .set(
                    new ExecuteListener() {
                      @Override
                      public void executeStart(ExecuteContext context) {
                        statements.add(context.sql());
                      }
                    }));
    type.accept(new Reading(db, TENANT, now));
    return statements;
  }

  private static Struct plan(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("explain (format json) " + sql)) {
      rows.next();
      return JsonForm.parse(rows.getString(1))
          .getListValue()
          .getValues(0)
          .getStructValue()
          .getFieldsOrThrow("Plan")
          .getStructValue();
    }
  }

  private static void findLongScans(Struct node, List<String> found) {
    Map<String, Value> fields = node.getFieldsMap();
    String table = text(fields, "Relation Name");
    boolean sequential = text(fields, "Node Type").equals("Seq Scan");
    // The index of a bitmap scan is a node of its own.
    String condition = text(fields, "Index Cond") + text(fields, "Recheck Cond");
    if (FACTS.contains(table) && (sequential || !condition.matches("(?s).*(_at|customer_id).*"))
        || GROWING.contains(table) && sequential) {
      found.add("%s of %s: %s".formatted(text(fields, "Node Type"), table, condition));
    }
    ListValue children = fields.getOrDefault("Plans", Value.getDefaultInstance()).getListValue();
    children.getValuesList().forEach(child -> findLongScans(child.getStructValue(), found));
  }

  private static String text(Map<String, Value> fields, String name) {
    return fields.getOrDefault(name, Value.getDefaultInstance()).getStringValue();
  }
}
