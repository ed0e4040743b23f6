package sextant.standalone.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.standalone.Call;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;

/// Whatever a client sends to whichever route: it is answered, never with a fault of ours, an empty
/// success, a header that is nobody's business, or anything of another tenant.
/// `-Dsextant.fuzz=10000` sends more, `-Dsextant.seed=N` other ones.
class FuzzTest {

  private static final String VICTIM = "victim";
  private static final String MARK = "kept-secret";

  private static final Set<String> HEADERS =
      Set.of(
          "date",
          "content-type",
          "content-length",
          "connection",
          "x-request-id",
          "allow",
          "retry-after",
          "www-authenticate",
          "x-content-type-options",
          "x-frame-options",
          "referrer-policy",
          "cache-control",
          "content-security-policy");

  private static final Pattern INTERNALS =
      Pattern.compile(
          "\\bat [a-z]+\\.[a-z.]+\\.[A-Z]|Exception\\b|org\\.(jooq|postgresql)|PSQL|SQLSTATE|io\\.grpc|/src/main");

  /// What each tenant has: names of the victim carry the mark.
  private static final String BELONGINGS =
      """
      POST /outcome-types | {"key": "NAME", "classification": "positive"}
      POST /events | {"eventType": "purchase", "customerId": "CUST001", "value": 5, "properties": {"note": "NAME"}}
      POST /respond | {"customerId": "CUST001", "outcome": "NAME", "idempotencyKey": "k2"}
      POST /behavioral-metrics | {"name": "NAME", "aggregateFunction": "sum", "sourceField": "purchase"}
      POST /schemas | {"name": "SNAKE", "fields": [{"name": "customer_id", "dataType": "text"}, {"name": "age", "dataType": "integer"}]}
      POST /schemas/ID/data | {"rows": [{"customer_id": "NAME", "age": 7}]}
      POST /segments | {"name": "NAME", "baseSchemaId": "ID", "status": "active"}
      POST /journey-channels | {"name": "SNAKE", "kind": "log"}
      POST /journeys | {"name": "NAME", "definition": {"nodes": [{"id": "a", "type": "entry_trigger"}, {"id": "b", "type": "exit"}], "edges": [{"source": "a", "target": "b"}]}}
      PUT /journeys/ID | {"status": "active"}
      POST /journeys/ID/enroll | {"customerId": "CUST001"}
      POST /offers | {"id": "x", "name": "NAME"}
      POST /categories | {"id": "x", "name": "NAME"}
      POST /channels | {"id": "x", "name": "NAME"}
      POST /creatives | {"id": "x", "offerId": "x", "channelId": "x", "name": "NAME"}
      POST /decision-traces | {"id": "NAME", "customerId": "CUST001"}
      POST /api-keys | {"name": "NAME"}
      """;

  @RegisterExtension static final MeshExtension MESH = MeshExtension.open();

  private final List<String> ids =
      new ArrayList<>(List.of("x", "CUST001", "age", "customer_id", "purchase"));

  private void own(String tenant, String name) {
    String id = "";
    for (String line : BELONGINGS.lines().toList()) {
      String[] parts = line.split(" \\| ");
      String[] route = parts[0].split(" ");
      String body =
          parts[1].replace("NAME", name).replace("SNAKE", name.replace('-', '_')).replace("ID", id);
      Reply reply =
          MESH.send(
              new Call(route[0], "/api/v1" + route[1].replace("ID", id), Map.of(), "")
                  .json(body)
                  .tenant(tenant));
      assertThat(reply.status()).as(line + reply.body()).isBetween(200, 299);
      if (reply.json().has("id")) {
        id = reply.text("id");
        // A name that the other one sends itself is no secret any more.
        if (!id.equals(MARK)) {
          ids.add(id);
        }
      }
    }
  }

  /// Number of rows of the victim, per table.
  private static Map<String, Integer> belongings() {
    return MESH.database()
        .asOwner(
            owner -> {
              Map<String, Integer> counts = new TreeMap<>();
              owner
                  .fetch(
                      """
                      select quote_ident(table_schema) || '.' || quote_ident(table_name)
                      from information_schema.columns
                      join information_schema.tables using (table_schema, table_name)
                      where column_name = 'tenant_id' and table_type = 'BASE TABLE'
                      """)
                  .getValues(0, String.class)
                  .forEach(
                      table ->
                          counts.put(
                              table,
                              owner.fetchCount(
                                  DSL.table(table), DSL.field("tenant_id").eq(VICTIM))));
              return counts;
            });
  }

  @Test
  void everyRequestIsAnsweredAndNoneGoesTooFar() throws IOException {
    int count = Integer.getInteger("sextant.fuzz", 2_000);
    long seed = Long.getLong("sextant.seed", 1);
    own(VICTIM, MARK);
    own("fuzz", "plain");
    Map<String, Integer> before = belongings();
    JsonNode document = MESH.send(Call.get("/openapi.json")).expect(200).json();
    Requests requests = new Requests(new Random(seed), document, ids);
    Map<Integer, Integer> statuses = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    try (RawHttp http = new RawHttp(MESH.mesh().port())) {
      for (int number = 0; number < count; number++) {
        Requests.Request request = requests.next(number);
        try {
          RawHttp.Response response = http.send(request.bytes(), request.method().equals("HEAD"));
          statuses.merge(response.status(), 1, Integer::sum);
          String fault = fault(request, response);
          if (!fault.isEmpty()) {
            faults.add(
                "%s\n%s\n--> %d %s\n%s"
                    .formatted(
                        fault, request, response.status(), response.headers(), response.text()));
          }
        } catch (IOException unanswered) {
          faults.add("no answer: " + unanswered + "\n" + request);
          http.reset();
        }
      }
    }
    System.out.printf(
        "%,d requests to %d routes with -Dsextant.seed=%d: %s%n",
        count, requests.routes(), seed, statuses);
    assertThat(faults).as("%d faults with -Dsextant.seed=%d", faults.size(), seed).isEmpty();
    assertThat(belongings()).isEqualTo(before);
    assertThat(statuses).containsKeys(200, 201, 400, 404);
  }

  private static String fault(Requests.Request request, RawHttp.Response response) {
    String body = response.text();
    if (response.status() >= 500) {
      return "a fault of ours";
    }
    if (response.status() == 200 && body.isEmpty() && !request.method().equals("HEAD")) {
      return "an empty success";
    }
    for (String header : response.headers().keySet()) {
      if (!HEADERS.contains(header)) {
        return "a header that leaks: " + header;
      }
    }
    if (body.contains(MARK)) {
      return "something of another tenant";
    }
    if (response.status() >= 400 && !request.method().equals("HEAD") && !isError(response)) {
      return "no proper error";
    }
    // What is repeated of the request itself is no secret.
    return INTERNALS.matcher(body).find() ? "internals" : "";
  }

  private static boolean isError(RawHttp.Response response) {
    try {
      JsonNode error = Reply.JSON.readTree(response.body()).path("error");
      return error.path("status").asInt() == response.status()
          && !error.path("message").asText().isEmpty()
          && !error.path("code").asText().isEmpty();
    } catch (IOException malformed) {
      return false;
    }
  }
}
