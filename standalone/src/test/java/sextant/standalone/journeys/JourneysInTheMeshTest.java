package sextant.standalone.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.standalone.Call;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;

/// Journeys with the real services around them: events and metrics from the metrics-service,
/// attributes and segments from the segment-service, decisions from the dashboard-service.
class JourneysInTheMeshTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  private static final String SECRET = "a secret of the channel";

  private WebhookReceiver receiver;
  private String schema;

  @BeforeEach
  void prepare() throws Exception {
    MESH.clear();
    receiver = new WebhookReceiver();
    schema =
        post(
                "/schemas",
                """
                {"name": "customers", "fields": [
                  {"name": "customer_id", "dataType": "text", "isPrimaryKey": true},
                  {"name": "plan", "dataType": "text"}]}
                """)
            .text("id");
    post(
        "/journey-channels",
        """
        {"name": "email", "kind": "webhook", "url": "%s", "secret": "%s"}
        """
            .formatted(receiver.url(), SECRET));
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Test
  void anEventLetsInAndEveryNodeHasItsEffect() throws Exception {
    customer("anna", "pro");
    customer("bert", "free");
    String segment = segment("pros", "pro");
    post(
        "/behavioral-metrics",
        """
        {"name": "purchases", "aggregateFunction": "count", "sourceField": "purchase",
         "computeMode": "realtime"}
        """);
    post("/offers", "{\"id\": \"offer-1\", \"name\": \"Half price\"}");
    post("/channels", "{\"id\": \"email\", \"name\": \"Mail\"}");
    post(
        "/creatives",
        "{\"id\": \"creative-1\", \"offerId\": \"offer-1\", \"channelId\": \"email\"}");
    String journey =
        running(
            """
            "entryCondition": {"event": "account_created"},
            "definition": {
              "nodes": [
                {"id": "in", "type": "entry_trigger"},
                {"id": "pause", "type": "wait", "config": {"delayHours": 48, "waitForEvent": "purchase"}},
                {"id": "plan", "type": "condition_split", "config": {"field": "plan", "operator": "eq", "value": "pro"}},
                {"id": "bought", "type": "condition_split", "config": {"field": "metric.purchases", "operator": "gte", "value": 2}},
                {"id": "member", "type": "condition_split", "config": {"field": "segment.%s", "operator": "eq", "value": true}},
                {"id": "best", "type": "nba_decision", "config": {"channel": "email"}},
                {"id": "send", "type": "channel_action", "config": {"channel": "email"}},
                {"id": "done", "type": "exit", "config": {"reason": "sent"}},
                {"id": "other", "type": "exit", "config": {"reason": "not for them"}}],
              "edges": [
                {"source": "in", "target": "pause"},
                {"source": "pause", "target": "plan"},
                {"source": "plan", "target": "bought", "label": "true"},
                {"source": "plan", "target": "other", "label": "false"},
                {"source": "bought", "target": "member", "label": "true"},
                {"source": "bought", "target": "other", "label": "false"},
                {"source": "member", "target": "best", "label": "true"},
                {"source": "member", "target": "other", "label": "false"},
                {"source": "best", "target": "send"},
                {"source": "send", "target": "done"}]}
            """
                .formatted(segment));
    event("anna", "account_created");
    event("bert", "account_created");
    event("carl", "something_else");
    MESH.drain();
    assertThat(at(journey, "anna")).isEqualTo("active at pause");
    assertThat(at(journey, "bert")).isEqualTo("active at pause");
    get("/journeys/" + journey + "/customers/carl").expect(404);

    event("anna", "purchase");
    MESH.drain();
    // Whoever buys before the 48 hours are over goes on at once, here with too few purchases.
    assertThat(at(journey, "anna")).isEqualTo("completed at other: not for them");

    customer("dora", "pro");
    event("dora", "purchase");
    event("dora", "account_created");
    MESH.drain();
    event("dora", "purchase");
    MESH.drain();
    assertThat(at(journey, "dora")).isEqualTo("completed at done: sent");
    assertThat(decisions(journey, "dora"))
        .containsExactly(
            "in: customer enters journey",
            "pause: wait 48 hours or for event purchase",
            "plan: condition met (true branch)",
            "bought: condition met (true branch)",
            "member: condition met (true branch)",
            "best: NBA decision requested (decision flow: default-flow)",
            "send: send via email",
            "done: journey complete");

    assertThat(receiver.posts()).hasSize(1);
    WebhookReceiver.Post post = receiver.posts().getFirst();
    JsonNode body = post.json();
    assertThat(post.signature()).isEqualTo("sha256=" + hmac(post.body()));
    assertThat(body.at("/deliveryId").asText()).isEqualTo(post.key());
    assertThat(body.at("/customerId").asText()).isEqualTo("dora");
    assertThat(body.at("/attributes/plan").asText()).isEqualTo("pro");
    assertThat(body.at("/attributes/metric.purchases").asInt()).isEqualTo(2);
    assertThat(body.at("/decision/offerId").asText()).isEqualTo("offer-1");
    assertThat(body.at("/decision/creativeId").asText()).isEqualTo("creative-1");

    MESH.clock().advance(Duration.ofHours(48));
    MESH.drain();
    assertThat(at(journey, "bert")).isEqualTo("completed at other: not for them");
    JsonNode funnel = get("/journeys/" + journey + "/analytics").json().get("funnel");
    assertThat(funnel.toString())
        .isEqualTo(
            "{\"totalEntries\":3,\"activeCount\":0,\"completedCount\":3,\"exitedCount\":0,\"completionRate\":1}");
  }

  @Test
  void comingIntoASegmentLetsInOnce() {
    customer("anna", "pro");
    customer("bert", "free");
    String journey =
        running(
            """
            "entryCondition": {"segmentId": "%s"},
            "definition": %s
            """
                .formatted(segment("pros", "pro"), waiting("")));
    MESH.drain();
    assertThat(at(journey, "anna")).isEqualTo("active at pause");
    get("/journeys/" + journey + "/customers/bert").expect(404);
    customer("bert", "pro");
    customer("anna", "free");
    MESH.drain();
    customer("anna", "pro");
    MESH.drain();
    assertThat(at(journey, "bert")).isEqualTo("active at pause");
    assertThat(get("/journeys/" + journey + "/analytics").json().at("/funnel/totalEntries").asInt())
        .isEqualTo(2);
  }

  @Test
  void eachKindOfExitRuleActsFromAnyWait() {
    for (String customer : List.of("anna", "bert", "carl", "dora", "emil")) {
      customer(customer, "free");
    }
    post(
        "/behavioral-metrics",
        """
        {"name": "complaints", "aggregateFunction": "count", "sourceField": "complaint",
         "computeMode": "realtime"}
        """);
    String segment = segment("pros", "pro");
    String journey =
        running(
            """
            "exitRules": [{"event": "unsubscribed"}, {"segmentId": "%s", "when": "enters"},
              {"condition": {"field": "metric.complaints", "operator": "gt", "value": 0}},
              {"condition": {"field": "plan", "operator": "eq", "value": "cancelled"}}],
            "definition": %s
            """
                .formatted(segment, waiting("")));
    post(
        "/journeys/" + journey + "/enroll",
        "{\"customerIds\": [\"anna\", \"bert\", \"carl\", \"dora\", \"emil\"]}");
    MESH.drain();
    event("anna", "unsubscribed");
    customer("bert", "pro");
    event("carl", "complaint");
    customer("dora", "cancelled");
    MESH.drain();
    assertThat(at(journey, "anna")).isEqualTo("exited at pause: exit rule: event unsubscribed");
    assertThat(at(journey, "bert"))
        .isEqualTo("exited at pause: exit rule: entered segment " + segment);
    assertThat(at(journey, "carl")).isEqualTo("exited at pause: exit rule: condition met");
    assertThat(at(journey, "dora")).isEqualTo("exited at pause: exit rule: condition met");
    assertThat(at(journey, "emil")).isEqualTo("active at pause");
  }

  /// More than are asked about at once, so that the views that other services publish find them.
  @Test
  void ofManyWhoWaitThoseLeaveWhoMeetAnExitRule() {
    List<String> many = IntStream.range(0, 1_100).mapToObj(number -> "c" + number).toList();
    post(
        "/schemas/" + schema + "/data",
        many.stream()
            .map("{\"customer_id\": \"%s\", \"plan\": \"free\"}"::formatted)
            .collect(Collectors.joining(",", "{\"mode\": \"upsert\", \"rows\": [", "]}")));
    post(
        "/behavioral-metrics",
        """
        {"name": "complaints", "aggregateFunction": "count", "sourceField": "complaint",
         "computeMode": "realtime"}
        """);
    String segment = segment("pros", "pro");
    String journey =
        running(
            """
            "exitRules": [{"segmentId": "%s", "when": "enters"},
              {"condition": {"field": "metric.complaints", "operator": "gte", "value": 2}},
              {"condition": {"and": [{"field": "plan", "operator": "eq", "value": "cancelled"},
                {"field": "segment.%s", "operator": "eq", "value": false}]}}],
            "definition": %s
            """
                .formatted(segment, segment, waiting("")));
    for (List<String> some : List.of(many.subList(0, 1_000), many.subList(1_000, 1_100))) {
      post(
          "/journeys/" + journey + "/enroll",
          some.stream().collect(Collectors.joining("\",\"", "{\"customerIds\": [\"", "\"]}")));
    }
    MESH.drain();
    customer("c50", "pro");
    event("c60", "complaint");
    event("c70", "complaint");
    event("c70", "complaint");
    customer("c1080", "cancelled");
    MESH.drain();
    assertThat(at(journey, "c50"))
        .isEqualTo("exited at pause: exit rule: entered segment " + segment);
    assertThat(at(journey, "c60")).isEqualTo("active at pause");
    assertThat(at(journey, "c70")).isEqualTo("exited at pause: exit rule: condition met");
    assertThat(at(journey, "c1080")).isEqualTo("exited at pause: exit rule: condition met");
    assertThat(get("/journeys/" + journey + "/analytics").json().at("/funnel/activeCount").asInt())
        .isEqualTo(1_097);
  }

  @Test
  void anOperatorPausesResumesCancelsArchivesAndReplays() {
    receiver.status = 400;
    String journey =
        running(
            """
            "reEntry": "after_exit",
            "definition": %s
            """
                .formatted(
                    waiting(
                            ", {\"id\": \"send\", \"type\": \"channel_action\", \"config\": {\"channel\": \"email\"}}")
                        .replace(
                            "\"target\": \"done\"",
                            "\"target\": \"send\"}, {\"source\": \"send\", \"target\": \"done\"")));
    String path = "/journeys/" + journey;
    post(path + "/enroll", "{\"customerIds\": [\"anna\", \"bert\", \"carl\"]}");
    MESH.drain();
    put(path, "{\"status\": \"paused\"}");
    MESH.clock().advance(Duration.ofDays(20));
    MESH.drain();
    assertThat(at(journey, "anna")).isEqualTo("active at pause");
    post(path + "/customers/bert/cancel", "{\"reason\": \"asked for it\"}", 200);
    assertThat(at(journey, "bert")).isEqualTo("exited at pause: cancelled: asked for it");
    put(path, "{\"status\": \"active\"}");
    MESH.drain();
    assertThat(at(journey, "anna")).isEqualTo("completed at done: journey complete");

    Reply dead = get("/journey-deliveries/dead?journeyId=" + journey).expect(200);
    assertThat(dead.json().at("/pagination/total").asInt()).isEqualTo(2);
    assertThat(dead.json().at("/data/0/lastResult").asText()).isEqualTo("HTTP 400");
    receiver.status = 200;
    assertThat(
            post("/journey-deliveries/replay", "{\"journeyId\": \"%s\"}".formatted(journey), 200)
                .json()
                .get("replayed")
                .asInt())
        .isEqualTo(2);
    MESH.drain();
    assertThat(receiver.posts().stream().map(WebhookReceiver.Post::key).distinct()).hasSize(2);
    assertThat(get("/journey-deliveries/dead").json().at("/pagination/total").asInt()).isZero();

    // After having left a customer may come again; archiving sends out whoever is inside.
    post(path + "/enroll", "{\"customerId\": \"bert\"}");
    MESH.drain();
    put(path, "{\"status\": \"archived\"}");
    MESH.drain();
    assertThat(at(journey, "bert")).isEqualTo("exited at pause: journey archived");
    post(path + "/enroll", "{\"customerId\": \"dora\"}", 400);
  }

  /// In, a wait of 20 days, `more` nodes, out.
  private static String waiting(String more) {
    return """
    {"nodes": [
       {"id": "in", "type": "entry_trigger"},
       {"id": "pause", "type": "wait", "config": {"duration": 20, "unit": "days"}},
       {"id": "done", "type": "exit"}%s],
     "edges": [{"source": "in", "target": "pause"}, {"source": "pause", "target": "done"}]}
    """
        .formatted(more);
  }

  private static String running(String fields) {
    String id = post("/journeys", "{\"name\": \"welcome\", " + fields + "}").text("id");
    put("/journeys/" + id, "{\"status\": \"active\"}");
    return id;
  }

  private void customer(String id, String plan) {
    post(
        "/schemas/" + schema + "/data",
        "{\"mode\": \"upsert\", \"rows\": [{\"customer_id\": \"%s\", \"plan\": \"%s\"}]}"
            .formatted(id, plan));
  }

  private String segment(String name, String plan) {
    return post(
            "/segments",
            """
            {"name": "%s", "baseSchemaId": "%s", "status": "active",
             "filters": [{"field": "plan", "operator": "=", "value": "%s"}]}
            """
                .formatted(name, schema, plan))
        .text("id");
  }

  private static void event(String customer, String type) {
    post(
        "/events",
        "{\"eventType\": \"%s\", \"customerId\": \"%s\"}".formatted(type, customer),
        202);
  }

  /// Where a customer's newest enrollment stands: `active at NODE`, `exited at NODE: REASON`.
  private static String at(String journey, String customer) {
    JsonNode newest = enrollment(journey, customer);
    String reason = newest.path("reason").isTextual() ? ": " + newest.get("reason").asText() : "";
    return newest.get("status").asText() + " at " + newest.get("nodeId").asText() + reason;
  }

  private static List<String> decisions(String journey, String customer) {
    List<String> decisions = new ArrayList<>();
    for (JsonNode step : enrollment(journey, customer).get("steps")) {
      decisions.add(step.get("nodeId").asText() + ": " + step.get("decision").asText());
    }
    return decisions;
  }

  private static JsonNode enrollment(String journey, String customer) {
    return get("/journeys/" + journey + "/customers/" + customer)
        .expect(200)
        .json()
        .at("/enrollments/0");
  }

  private static String hmac(String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static Reply get(String path) {
    return MESH.send(Call.get("/api/v1" + path).tenant("mesh"));
  }

  private static Reply post(String path, String json) {
    return post(path, json, 201);
  }

  private static Reply post(String path, String json, int status) {
    return MESH.send(Call.post("/api/v1" + path, json).tenant("mesh")).expect(status);
  }

  private static void put(String path, String json) {
    MESH.send(Call.put("/api/v1" + path, json).tenant("mesh")).expect(200);
  }
}
