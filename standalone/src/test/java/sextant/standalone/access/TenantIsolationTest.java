package sextant.standalone.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

  private static final String METRICS = "/api/v1/behavioral-metrics";
  private static final String METRIC =
      """
      {"name": "spend", "aggregateFunction": "sum", "sourceField": "purchase"}""";
  private static final String EVENT =
      """
      {"eventType": "purchase", "customerId": "CUST001", "value": 5, "idempotencyKey": "order-1"}""";
  private static final String RESPONSE =
      """
      {"customerId": "CUST001", "outcome": "booked", "idempotencyKey": "response-1"}""";
  private static final String TYPE =
      """
      {"key": "booked", "classification": "positive"}""";

  private final Set<String> uncalled = Routes.of(MESH);

  @Test
  void theSecondTenantFindsNothingOfTheFirst() {
    as("first", Call.post("/api/v1/outcome-types", TYPE)).expect(201);
    String interaction =
        as("first", Call.post("/api/v1/events", EVENT))
            .expect(202)
            .json()
            .at("/results/0/interactionId")
            .asText();
    as("first", Call.post("/api/v1/respond", RESPONSE)).expect(201);
    String metric = as("first", Call.post(METRICS, METRIC)).expect(201).text("id");
    as("first", Call.post(METRICS + "/" + metric + "/compute")).expect(200);
    String key = as("first", Call.post("/api/v1/api-keys", "{}")).expect(201).text("id");
    List<String> before = everythingOfTheFirst(metric);

    second(Call.get(METRICS), 200).satisfies("/total", "0");
    second(Call.get(METRICS + "/" + metric), 404);
    second(Call.put(METRICS, "{\"id\": \"%s\", \"name\": \"mine\"}".formatted(metric)), 404);
    second(Call.delete(METRICS + "?id=" + metric), 404);
    second(Call.post(METRICS + "/" + metric + "/compute"), 404);
    second(Call.get(METRICS + "/" + metric + "/values"), 404);
    second(Call.get(METRICS + "/" + metric + "/values?customerId=CUST001"), 404);
    second(Call.get("/api/v1/metric-values?customerIds=CUST001&metricIds=" + metric), 404);
    assertThat(second(Call.get("/api/v1/metric-values?customerIds=CUST001"), 200).reply().body())
        .doesNotContain(metric);
    second(Call.get("/api/v1/interaction-history"), 200).satisfies("/pagination/total", "0");
    second(Call.get("/api/v1/interaction-history?customerId=CUST001"), 200)
        .satisfies("/pagination/total", "0");
    second(Call.post("/api/v1/interactions/" + interaction + "/correct", "{\"value\": 1}"), 404);
    second(Call.post("/api/v1/interactions/" + interaction + "/retract", "{}"), 404);
    assertThat(second(Call.get("/api/v1/outcome-types"), 200).reply().body())
        .doesNotContain("booked");
    second(Call.delete("/api/v1/outcome-types?key=booked"), 404);
    second(Call.get("/api/v1/api-keys"), 200).satisfies("/pagination/total", "0");
    second(Call.delete("/api/v1/api-keys?id=" + key), 404);

    // Names and keys are taken within a tenant only.
    second(Call.post("/api/v1/events", EVENT), 202).satisfies("/duplicates", "0");
    second(Call.post("/api/v1/respond", RESPONSE), 201).satisfies("/classification", "neutral");
    second(Call.post("/api/v1/capture", RESPONSE), 200);
    String own = second(Call.post(METRICS, METRIC), 201).reply().text("id");
    second(Call.post(METRICS + "/" + own + "/compute"), 200).satisfies("/valueCount", "1");
    second(Call.post("/api/v1/outcome-types", TYPE), 201);
    second(Call.post("/api/v1/api-keys", "{}"), 201);

    assertThat(uncalled).as("routes that were not tried").isEmpty();
    assertThat(everythingOfTheFirst(metric)).isEqualTo(before);
  }

  private static List<String> everythingOfTheFirst(String metric) {
    return List.of(
            METRICS,
            METRICS + "/" + metric + "/values",
            "/api/v1/interaction-history",
            "/api/v1/outcome-types",
            "/api/v1/api-keys")
        .stream()
        .map(path -> as("first", Call.get(path)).expect(200).body())
        .toList();
  }

  private record Answer(Reply reply) {
    void satisfies(String pointer, String value) {
      assertThat(reply.json().at(pointer).asText()).as(reply.body()).isEqualTo(value);
    }
  }

  private Answer second(Call call, int status) {
    uncalled.removeIf(route -> Routes.matches(route, call));
    return new Answer(as("second", call).expect(status));
  }

  private static Reply as(String tenant, Call call) {
    return MESH.send(call.tenant(tenant));
  }
}
