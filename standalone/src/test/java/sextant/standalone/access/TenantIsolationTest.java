package sextant.standalone.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.standalone.Call;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;
import sextant.standalone.Routes;

/// A second tenant calls every route with everything it could know of the first one's, and neither
/// sees nor changes anything.
class TenantIsolationTest {

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  /// What the first tenant does: route, body, status, and what of the answer is remembered.
  private static final String FIRST =
      """
      POST /outcome-types | {"key": "booked", "classification": "positive"} | 201
      POST /events | {"eventType": "purchase", "customerId": "CUST001", "value": 5, "idempotencyKey": "k1"} | 202 | $EVENT=/results/0/interactionId
      POST /respond | {"customerId": "CUST001", "outcome": "booked", "idempotencyKey": "k2"} | 201
      POST /behavioral-metrics | {"name": "spend", "aggregateFunction": "sum", "sourceField": "purchase"} | 201 | $METRIC=/id
      POST /behavioral-metrics/$METRIC/compute | | 200
      POST /contact-policies | {"name": "first", "ruleType": "metric_condition", "config": {"metricId": "$METRIC", "operator": "gt", "value": 3}} | 201 | $POLICY=/id
      POST /qualification-rules | {"name": "first", "ruleType": "metric_condition", "config": {"metricId": "$METRIC", "operator": "gt", "value": 3}} | 201 | $RULE=/id
      POST /v1/metric/definitions | {"name": "rating", "outputType": "NUMERIC"} | 201 | $DEFINITION=/data/id
      POST /v1/metric/definitions/$DEFINITION/thresholds | {"operator": "GREATER_THAN", "value": "3", "slug": "good"} | 201 | $THRESHOLD=/data/id
      POST /v1/metric/definitions/$DEFINITION/observations | {"observations": [{"subjectId": "CUST001", "value": 4}]} | 201
      POST /api-keys | {} | 201 | $KEY=/id
      POST /schemas | {"name": "customers", "fields": [{"name": "customer_id", "dataType": "text"}]} | 201 | $SCHEMA=/id
      POST /schemas/$SCHEMA/data | {"rows": [{"customer_id": "CUST001"}]} | 201
      POST /segments | {"name": "all", "baseSchemaId": "$SCHEMA", "status": "active"} | 201 | $SEGMENT=/id
      POST /segments | {"name": "everybody", "baseSchemaId": "$SCHEMA", "status": "active"} | 201 | $OTHER=/id
      POST /journey-channels | {"name": "first_log", "kind": "log"} | 201
      POST /journeys | {"name": "welcome", "definition": {"nodes": [{"id": "a", "type": "entry_trigger"}, {"id": "b", "type": "exit"}], "edges": [{"source": "a", "target": "b"}]}} | 201 | $JOURNEY=/id
      PUT /journeys/$JOURNEY | {"status": "active"} | 200
      POST /journeys/$JOURNEY/enroll | {"customerId": "CUST001"} | 201
      POST /offers | {"id": "x", "name": "first"} | 201
      POST /categories | {"id": "x", "name": "first"} | 201
      POST /channels | {"id": "x", "name": "first"} | 201
      POST /creatives | {"id": "x", "offerId": "x", "channelId": "x"} | 201
      POST /experiments | {"id": "x", "name": "first"} | 201
      POST /triggers | {"id": "x", "name": "first", "eventType": "click"} | 201
      POST /approvals | {"id": "x", "entityType": "offer", "entityId": "x"} | 201
      POST /budgets | {"id": "x", "scope": "global"} | 201
      POST /attribution | {"id": "x", "customerId": "c", "conversionId": "v", "model": "last", "totalValue": 5} | 201
      POST /algorithm-models | {"id": "x", "name": "first"} | 201
      POST /suppressions | {"id": "x", "customerId": "c", "scope": "global", "policyType": "cap"} | 201
      POST /decision-traces | {"id": "x", "customerId": "c"} | 201
      """;

  /// What the second tenant tries: route, body, status, and what the answer must say.
  private static final String SECOND =
      """
      GET /behavioral-metrics | | 200 | /total=0
      GET /behavioral-metrics/$METRIC | | 404
      PUT /behavioral-metrics | {"id": "$METRIC", "name": "mine"} | 404
      DELETE /behavioral-metrics?id=$METRIC | | 404
      POST /behavioral-metrics/$METRIC/compute | | 404
      GET /behavioral-metrics/$METRIC/values | | 404
      GET /metric-values?customerIds=CUST001 | | 200 | /values/0=
      GET /metric-values?customerIds=CUST001&metricIds=$METRIC | | 404
      GET /interaction-history?customerId=CUST001 | | 200 | /pagination/total=0
      POST /interactions/$EVENT/correct | {"value": 1} | 404
      POST /interactions/$EVENT/retract | {} | 404
      DELETE /outcome-types?key=booked | | 404
      GET /contact-policies | | 200 | /pagination/total=0
      GET /contact-policies/$POLICY | | 404
      PUT /contact-policies | {"id": "$POLICY", "name": "mine"} | 404
      DELETE /contact-policies?id=$POLICY | | 404
      GET /qualification-rules | | 200 | /pagination/total=0
      GET /qualification-rules/$RULE | | 404
      PUT /qualification-rules | {"id": "$RULE", "name": "mine"} | 404
      DELETE /qualification-rules?id=$RULE | | 404
      GET /v1/metric/definitions | | 200 | /pagination/total=0
      GET /v1/metric/definitions/$DEFINITION | | 404
      GET /v1/metric/definitions/rating | | 404
      GET /v1/metric/definitions/$METRIC | | 404
      PUT /v1/metric/definitions/$DEFINITION | {"name": "mine"} | 404
      DELETE /v1/metric/definitions/$THRESHOLD | | 404
      GET /v1/metric/definitions/$DEFINITION/versions | | 404
      GET /v1/metric/definitions/$DEFINITION/variants | | 404
      POST /v1/metric/definitions/$DEFINITION/variants | {"name": "mine"} | 404
      POST /v1/metric/definitions/$DEFINITION/thresholds | {"operator": "GREATER_THAN", "value": "3"} | 404
      POST /v1/metric/definitions/$METRIC/thresholds | {"operator": "GREATER_THAN", "value": "3"} | 404
      POST /v1/metric/definitions/$DEFINITION/observations | {"observations": [{"subjectId": "CUST001", "value": 1}]} | 404
      GET /v1/metric/definitions/$THRESHOLD/values | | 404
      GET /v1/metric/definitions/$THRESHOLD/transitions | | 404
      GET /api-keys | | 200 | /pagination/total=0
      DELETE /api-keys?id=$KEY | | 404
      GET /schemas | | 200 | /pagination/total=0
      GET /schemas/$SCHEMA | | 404
      PUT /schemas | {"id": "$SCHEMA", "description": "mine"} | 404
      DELETE /schemas?id=$SCHEMA | | 404
      POST /schemas/$SCHEMA/data | {"rows": [{"customer_id": "CUST002"}]} | 404
      GET /schemas/$SCHEMA/data | | 404
      GET /schemas/$SCHEMA/stats | | 404
      GET /segments | | 200 | /pagination/total=0
      GET /segments/$SEGMENT | | 404
      PUT /segments | {"id": "$SEGMENT", "name": "mine"} | 404
      DELETE /segments?id=$SEGMENT | | 404
      POST /segments/$SEGMENT?action=refresh | | 404
      POST /segments/$SEGMENT?action=preview | | 404
      POST /segments/preview | {"baseSchemaId": "$SCHEMA"} | 400
      POST /segments | {"name": "all", "baseSchemaId": "$SCHEMA"} | 400
      POST /segments/overlap | {"segmentIds": ["$SEGMENT", "$OTHER"]} | 400
      GET /journeys | | 200 | /pagination/total=0
      GET /journeys/$JOURNEY | | 404
      PUT /journeys/$JOURNEY | {"name": "mine"} | 404
      DELETE /journeys/$JOURNEY | | 404
      POST /journeys/$JOURNEY/enroll | {"customerId": "CUST002"} | 404
      POST /journeys/$JOURNEY/test | {} | 404
      GET /journeys/$JOURNEY/analytics | | 404
      GET /journeys/$JOURNEY/versions | | 404
      GET /journeys/$JOURNEY/customers/CUST001 | | 404
      POST /journeys/$JOURNEY/customers/CUST001/cancel | | 404
      GET /journey-channels | | 200 | /data/0=
      DELETE /journey-channels?name=first_log | | 404
      GET /journey-deliveries/dead?journeyId=$JOURNEY | | 200 | /pagination/total=0
      POST /journey-deliveries/replay | {"journeyId": "$JOURNEY"} | 200 | /replayed=0
      GET /dashboard-data | | 200 | /activeOffers=0 /activeChannels=0 /totalJourneys=0 /pendingApprovals=0
      GET /dashboard-data?type=acceptance_rate&segmentId=$SEGMENT | | 200 | /data/0=
      """;

  private static final List<String> KINDS =
      List.of(
          "offers",
          "categories",
          "channels",
          "creatives",
          "experiments",
          "triggers",
          "approvals",
          "budgets",
          "attribution",
          "algorithm-models",
          "suppressions",
          "decision-traces");

  /// Names, ids and keys are taken within a tenant only.
  private static final String SECOND_ITSELF =
      """
      POST /events | {"eventType": "purchase", "customerId": "CUST001", "value": 7, "idempotencyKey": "k1"} | 202 | /duplicates=0
      POST /respond | {"customerId": "CUST001", "outcome": "booked", "idempotencyKey": "k2"} | 201 | /classification=neutral
      POST /capture | {"customerId": "CUST001", "outcome": "booked", "idempotencyKey": "k2"} | 200
      GET /outcome-types | | 200 | /data/1/key=click
      POST /outcome-types | {"key": "booked", "classification": "negative"} | 201
      POST /api-keys | {} | 201
      POST /v1/metric/definitions | {"name": "rating", "outputType": "NUMERIC"} | 201 | /data/slug=rating
      GET /v1/metric/definitions/rating/values | | 200 | /pagination/total=0
      POST /behavioral-metrics | {"name": "spend", "aggregateFunction": "sum", "sourceField": "purchase"} | 201 | $METRIC2=/id
      POST /behavioral-metrics/$METRIC2/compute | | 200 | /valueCount=1
      GET /behavioral-metrics/$METRIC2/values | | 200 | /0/value=7
      POST /contact-policies | {"name": "first", "ruleType": "metric_condition", "config": {"metricId": "$METRIC2", "operator": "gt", "value": 3}} | 201
      POST /qualification-rules | {"name": "first", "ruleType": "metric_condition", "config": {"metricId": "$METRIC2", "operator": "gt", "value": 3}} | 201
      POST /schemas | {"name": "customers", "fields": [{"name": "customer_id", "dataType": "text"}]} | 201 | $SCHEMA2=/id
      POST /segments | {"name": "all", "baseSchemaId": "$SCHEMA2", "status": "active"} | 201 | /customerCount=0
      POST /journey-channels | {"name": "first_log", "kind": "log"} | 201
      POST /journeys | {"name": "welcome"} | 201
      """;

  private final Set<String> uncalled = Routes.of(MESH);
  private final Map<String, String> known = new HashMap<>();

  @Test
  void theSecondTenantFindsNothingOfTheFirst() {
    FIRST.lines().forEach(line -> play("first", line));
    List<String> before = everythingOfTheFirst();
    SECOND.lines().forEach(line -> play("second", line));
    SECOND_ITSELF.lines().forEach(line -> play("second", line));
    for (String kind : KINDS) {
      play("second", "GET /%s | | 200 | /pagination/total=0".formatted(kind));
      play("second", "DELETE /%s?id=x | | 404".formatted(kind));
      String create =
          FIRST
              .lines()
              .filter(line -> line.startsWith("POST /" + kind + " "))
              .findFirst()
              .orElseThrow();
      play("second", create.replace("first", "second"));
    }
    assertThat(uncalled).as("routes that were not tried").isEmpty();
    assertThat(everythingOfTheFirst()).isEqualTo(before);
  }

  private List<String> everythingOfTheFirst() {
    return java.util.stream.Stream.concat(
            KINDS.stream().map(kind -> "/" + kind),
            java.util.stream.Stream.of(
                "/behavioral-metrics",
                "/behavioral-metrics/$METRIC/values",
                "/interaction-history",
                "/outcome-types",
                "/contact-policies",
                "/qualification-rules",
                "/v1/metric/definitions",
                "/v1/metric/definitions/$DEFINITION/values",
                "/v1/metric/definitions/$THRESHOLD/values",
                "/v1/metric/definitions/$THRESHOLD/transitions",
                "/api-keys",
                "/schemas",
                "/schemas/$SCHEMA/data",
                "/segments",
                "/journeys",
                "/journeys/$JOURNEY/customers/CUST001",
                "/journey-channels"))
        .map(path -> send("first", "GET " + path, "").expect(200).body())
        .toList();
  }

  private void play(String tenant, String line) {
    String[] cells = line.split("\\s*\\|\\s*", -1);
    Reply reply = send(tenant, cells[0], cells[1]);
    assertThat(reply.status())
        .as("%s: %s", line, reply.body())
        .isEqualTo(Integer.parseInt(cells[2]));
    for (String statement : cells.length > 3 ? cells[3].split(" ") : new String[0]) {
      if (statement.startsWith("$")) {
        String[] sides = statement.split("=");
        known.put(sides[0], reply.json().at(sides[1]).asText());
      } else if (!statement.isEmpty()) {
        String[] sides = statement.split("=", 2);
        assertThat(reply.json().at(sides[0]).asText())
            .as("%s: %s", line, reply.body())
            .isEqualTo(sides[1]);
      }
    }
  }

  private Reply send(String tenant, String route, String body) {
    String[] parts = fill(route).split(" ", 2);
    String path = parts[1].startsWith("/v1/") ? parts[1] : "/api/v1" + parts[1];
    Call call = new Call(parts[0], path, Map.of(), "").tenant(tenant);
    if (tenant.equals("second")) {
      uncalled.removeIf(known -> Routes.matches(known, call));
    }
    return MESH.send(body.isEmpty() ? call : call.json(fill(body)));
  }

  /// Longer names first, so that `$METRIC2` is not taken for `$METRIC`.
  private String fill(String text) {
    String filled = text;
    for (String name :
        known.keySet().stream().sorted(java.util.Comparator.reverseOrder()).toList()) {
      filled = filled.replace(name, known.get(name));
    }
    return filled;
  }
}
