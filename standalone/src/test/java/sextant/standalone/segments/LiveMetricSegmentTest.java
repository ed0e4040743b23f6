package sextant.standalone.segments;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.kit.rpc.RpcServer;
import sextant.kit.testing.MeshKey;
import sextant.metrics.MetricsConfig;
import sextant.metrics.MetricsServer;
import sextant.standalone.Call;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;

/// Segments over metrics: members leave when the window passes, though nothing happens, and come
/// when something does.
class LiveMetricSegmentTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  /// Another replica of the metrics-service, whose background work the test does by hand.
  private static MetricsServer metrics;

  private String schema;

  @BeforeAll
  static void startReplica() {
    metrics =
        MetricsServer.start(
            new MetricsConfig(
                new RpcServer.Binding("127.0.0.1", 0, "metrics-of-segments"),
                MESH.database().config(MetricsConfig.ROLE),
                List.of(MeshKey.BYTES),
                Duration.ZERO),
            MESH.clock());
  }

  @AfterAll
  static void stopReplica() {
    metrics.close();
  }

  @BeforeEach
  void createCustomers() {
    MESH.clear();
    schema =
        post(
                "/api/v1/schemas",
                "{\"name\": \"customers\", \"fields\": [{\"name\": \"id\", \"dataType\": \"text\"}]}")
            .text("id");
    post(
        "/api/v1/schemas/" + schema + "/data",
        "{\"rows\": [{\"id\": \"early\"}, {\"id\": \"late\"}, {\"id\": \"never\"}]}");
  }

  @Test
  void aRealtimeMetricLetsCustomersGoWhenItsWindowPasses() {
    metric("purchases_7d", "count", 7, "realtime");
    String buyers = segment("metric.purchases_7d", ">=", "1");
    String twice = segment("metric.purchases_7d", ">", "1");
    String others = segment("metric.purchases_7d", "is_null", "null");
    assertThat(members(buyers)).isEmpty();

    event("early", "2026-03-10T02:00:01.500Z");
    event("early", "2026-03-14T02:00:00Z");
    event("late", "2026-03-15T02:00:00Z");
    assertThat(members(buyers)).containsExactly("early", "late");
    assertThat(members(twice)).containsExactly("early");
    assertThat(members(others)).containsExactly("never");

    pass(Duration.ofDays(1).plusSeconds(1));
    assertThat(members(twice)).containsExactly("early");
    pass(Duration.ofSeconds(1));
    assertThat(members(twice)).isEmpty();
    assertThat(members(buyers)).containsExactly("early", "late");

    pass(Duration.ofDays(4));
    assertThat(members(buyers)).containsExactly("late");
    assertThat(refreshed(buyers)).isEqualTo(1);
    pass(Duration.ofDays(1));
    assertThat(members(buyers)).isEmpty();
    assertThat(refreshed(buyers)).isZero();

    event("never", MESH.clock().instant().toString());
    assertThat(members(buyers)).containsExactly("never");
  }

  @Test
  void aBatchMetricLetsCustomersGoWithItsNextComputation() {
    String metric = metric("spent_30d", "sum", 30, "batch");
    event("early", "2026-02-20T00:00:00Z");
    event("late", "2026-03-15T00:00:00Z");
    post("/api/v1/behavioral-metrics/" + metric + "/compute", "");
    String spenders = segment("metric.spent_30d", ">", "9.5");
    assertThat(members(spenders)).containsExactly("early", "late");

    pass(Duration.ofDays(10));
    assertThat(members(spenders)).containsExactly("late");
    pass(Duration.ofDays(30));
    assertThat(members(spenders)).isEmpty();
  }

  /// Time passes, and only time: background work sees it.
  private static void pass(Duration time) {
    MESH.clock().advance(time);
    metrics.drain();
  }

  private static String metric(String name, String function, int days, String mode) {
    return post(
            "/api/v1/behavioral-metrics",
            "{\"name\": \"%s\", \"aggregateFunction\": \"%s\", \"sourceField\": \"purchase\", \"windowDays\": %d, \"computeMode\": \"%s\"}"
                .formatted(name, function, days, mode))
        .text("id");
  }

  private String segment(String field, String operator, String value) {
    return post(
            "/api/v1/segments",
            "{\"name\": \"s\", \"baseSchemaId\": \"%s\", \"filters\": [{\"field\": \"%s\", \"operator\": \"%s\", \"value\": %s}]}"
                .formatted(schema, field, operator, value))
        .text("id");
  }

  private static void event(String customer, String time) {
    post(
        "/api/v1/events",
        "{\"eventType\": \"purchase\", \"customerId\": \"%s\", \"timestamp\": \"%s\", \"value\": 10}"
            .formatted(customer, time));
  }

  private static long refreshed(String segment) {
    return post("/api/v1/segments/" + segment + "?action=refresh", "")
        .json()
        .get("customerCount")
        .asLong();
  }

  /// Read in SQL from the view, as journeys and dashboards do.
  private static List<String> members(String segment) {
    String view = MESH.send(Call.get("/api/v1/segments/" + segment).tenant("t")).text("viewName");
    return MESH.database().asOwner(owner -> customers(owner, view));
  }

  private static List<String> customers(DSLContext owner, String view) {
    owner.execute("set sextant.tenant = 't'");
    return owner
        .fetch("select customer_id from segment_view." + view + " order by customer_id")
        .getValues(0, String.class);
  }

  private static Reply post(String path, String body) {
    Call call = body.isEmpty() ? Call.post(path) : Call.post(path, body);
    Reply reply = MESH.send(call.tenant("t"));
    assertThat(reply.status()).as(reply.body()).isBetween(200, 202);
    return reply;
  }
}
