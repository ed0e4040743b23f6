package sextant.standalone.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sextant.access.v1.Role;
import sextant.gateway.auth.ApiKeys;
import sextant.kit.db.DatabaseConfig;
import sextant.kit.testing.MeshKey;
import sextant.standalone.Call;
import sextant.standalone.MeshExtension;
import sextant.standalone.Reply;
import sextant.standalone.Routes;

/// Every route with every role, in both ways of telling who calls, against the tables of the
/// documents.
class RoleMatrixTest {

  @RegisterExtension static final MeshExtension OPEN = MeshExtension.open();
  @RegisterExtension static final MeshExtension KEYS = MeshExtension.withKeys();

  /// Each role includes the ones before it.
  private static final List<String> ROLES = List.of("viewer", "editor", "admin");

  /// The least role of each route, from the documents' tables. Where they name no route, the shapes
  /// of what goes in do: a viewer reads, an editor writes, an admin deletes decision data.
  private static final String TABLE =
      """
      GET    /api/v1/behavioral-metrics                viewer
      POST   /api/v1/behavioral-metrics                editor
      PUT    /api/v1/behavioral-metrics                editor
      DELETE /api/v1/behavioral-metrics                editor
      GET    /api/v1/behavioral-metrics/{id}           viewer
      POST   /api/v1/behavioral-metrics/{id}/compute   editor
      GET    /api/v1/behavioral-metrics/{id}/values    viewer
      GET    /api/v1/metric-values                     viewer
      POST   /api/v1/events                            editor
      POST   /api/v1/respond                           editor
      POST   /api/v1/capture                           editor
      POST   /api/v1/interactions/{id}/correct         editor
      POST   /api/v1/interactions/{id}/retract         editor
      GET    /api/v1/interaction-history               viewer
      GET    /api/v1/outcome-types                     viewer
      POST   /api/v1/outcome-types                     editor
      DELETE /api/v1/outcome-types                     editor
      GET    /api/v1/contact-policies                  viewer
      POST   /api/v1/contact-policies                  admin
      PUT    /api/v1/contact-policies                  admin
      DELETE /api/v1/contact-policies                  admin
      GET    /api/v1/contact-policies/{id}             viewer
      GET    /api/v1/qualification-rules               viewer
      POST   /api/v1/qualification-rules               admin
      PUT    /api/v1/qualification-rules               admin
      DELETE /api/v1/qualification-rules               admin
      GET    /api/v1/qualification-rules/{id}          viewer
      GET    /v1/metric/definitions                    viewer
      POST   /v1/metric/definitions                    editor
      GET    /v1/metric/definitions/{id_or_slug}       viewer
      PUT    /v1/metric/definitions/{id_or_slug}       editor
      DELETE /v1/metric/definitions/{id_or_slug}       editor
      GET    /v1/metric/definitions/{id_or_slug}/versions       viewer
      GET    /v1/metric/definitions/{id_or_slug}/variants       viewer
      POST   /v1/metric/definitions/{id_or_slug}/variants       editor
      POST   /v1/metric/definitions/{id_or_slug}/thresholds     editor
      GET    /v1/metric/definitions/{id_or_slug}/transitions    viewer
      POST   /v1/metric/definitions/{id_or_slug}/observations   editor
      GET    /v1/metric/definitions/{id_or_slug}/values         viewer
      GET    /api/v1/dashboard-data                    viewer
      GET    /api/v1/segments                          viewer
      POST   /api/v1/segments                          editor
      PUT    /api/v1/segments                          editor
      DELETE /api/v1/segments                          editor
      GET    /api/v1/segments/{id}                     viewer
      POST   /api/v1/segments/{id}?action=refresh      editor
      POST   /api/v1/segments/preview                  editor
      POST   /api/v1/segments/overlap                  viewer
      GET    /api/v1/schemas                           viewer
      POST   /api/v1/schemas                           editor
      PUT    /api/v1/schemas                           editor
      DELETE /api/v1/schemas                           editor
      GET    /api/v1/schemas/{id}                      viewer
      POST   /api/v1/schemas/{schema_id}/data          editor
      GET    /api/v1/schemas/{schema_id}/data          viewer
      GET    /api/v1/schemas/{schema_id}/stats         viewer
      GET    /api/v1/journeys                          editor
      POST   /api/v1/journeys                          editor
      GET    /api/v1/journeys/{id}                     editor
      PUT    /api/v1/journeys/{id}                     editor
      DELETE /api/v1/journeys/{id}                     admin
      POST   /api/v1/journeys/{id}/enroll              editor
      POST   /api/v1/journeys/{id}/test                editor
      GET    /api/v1/journeys/{id}/analytics           viewer
      GET    /api/v1/journeys/{id}/versions            editor
      GET    /api/v1/journeys/{journey_id}/customers/{customer_id}          editor
      POST   /api/v1/journeys/{journey_id}/customers/{customer_id}/cancel   editor
      GET    /api/v1/journey-channels                  admin
      POST   /api/v1/journey-channels                  admin
      DELETE /api/v1/journey-channels                  admin
      GET    /api/v1/journey-deliveries/dead           editor
      POST   /api/v1/journey-deliveries/replay         editor
      GET    /api/v1/api-keys                          admin
      POST   /api/v1/api-keys                          admin
      DELETE /api/v1/api-keys                          admin
      """;

  private static final List<String> DECISION_DATA =
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

  private static String adminKey;

  @BeforeAll
  static void createTheFirstKey() {
    adminKey = adminKey();
  }

  private record Rule(String route, String least) {

    static List<Rule> all() {
      Stream<Rule> documented =
          TABLE
              .lines()
              .map(line -> line.split("\\s+"))
              .map(cells -> new Rule(cells[0] + " " + cells[1], cells[2]));
      Stream<Rule> decisionData =
          DECISION_DATA.stream()
              .map(kind -> " /api/v1/" + kind)
              .flatMap(
                  path ->
                      Stream.of(
                          new Rule("GET" + path, "viewer"),
                          new Rule("POST" + path, "editor"),
                          new Rule("DELETE" + path, "admin")));
      return Stream.concat(documented, decisionData).toList();
    }

    boolean allows(String role) {
      return ROLES.indexOf(role) >= ROLES.indexOf(least);
    }

    Call call() {
      String[] parts = route.replaceAll("\\{[^}]*}", "nothing").split(" ");
      Call call = new Call(parts[0], parts[1], java.util.Map.of(), "");
      return List.of("POST", "PUT").contains(parts[0]) ? call.json("{}") : call;
    }
  }

  @Test
  void theTableNamesEveryRoute() {
    assertThat(Rule.all().stream().map(rule -> rule.route().replaceFirst("\\?.*", "")))
        .containsExactlyInAnyOrderElementsOf(Routes.of(OPEN));
  }

  @Test
  void aRoleInAHeaderDecidesInTheOpenMode() {
    List<String> wrong = new ArrayList<>();
    for (Rule rule : Rule.all()) {
      for (String role : ROLES) {
        judge(rule, role, OPEN.send(rule.call().tenant("matrix").role(role))).ifPresent(wrong::add);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void theRoleOfTheKeyDecidesOtherwise() {
    List<String> wrong = new ArrayList<>();
    for (String role : ROLES) {
      String key = key(role);
      for (Rule rule : Rule.all()) {
        // What the caller says about itself counts for nothing.
        Reply reply = KEYS.send(rule.call().with("X-API-Key", key).role("admin"));
        judge(rule, role, reply).ifPresent(wrong::add);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "X-Tenant-Id, matrix, 401",
    "X-API-Key, krn_wrong, 401",
    "Authorization, Bearer krn_wrong, 401",
    "Authorization, Basic bWU6bWU=, 401",
  })
  void withoutAGoodKeyNobodyGetsIn(String header, String value, int status) {
    for (Rule rule : Rule.all()) {
      KEYS.send(rule.call().with(header, value)).expect(status);
    }
  }

  @Test
  void aKeyOpensOneTenant() {
    String key = key("admin");
    Call list = Call.get("/api/v1/behavioral-metrics");
    KEYS.send(list.with("Authorization", "Bearer " + key)).expect(200);
    KEYS.send(list.with("X-API-Key", key).tenant("matrix")).expect(200);
    KEYS.send(list.with("X-API-Key", key).tenant("another")).expect(403);
  }

  /// All that the threshold document's callers send.
  @Test
  void aBearerTokenIsEnoughForTheDefinitions() {
    String bearer = "Bearer " + key("editor");
    Call source =
        Call.post("/v1/metric/definitions", "{\"name\": \"Rating\", \"outputType\": \"NUMERIC\"}");
    Call threshold =
        Call.post(
            "/v1/metric/definitions/rating/thresholds",
            "{\"operator\": \"GREATER_THAN_OR_EQUALS\", \"value\": \"4\"}");
    KEYS.send(source).expect(401);
    KEYS.send(source.with("Authorization", bearer)).expect(201);
    KEYS.send(threshold.with("Authorization", bearer)).expect(201);
    KEYS.send(threshold.with("Authorization", "Bearer " + key("viewer"))).expect(403);
  }

  /// Empty when `reply` is what the rule asks for.
  private static Optional<String> judge(Rule rule, String role, Reply reply) {
    boolean refused = reply.status() == 403;
    boolean answered = reply.status() < 500 && reply.status() != 401;
    if (rule.allows(role)) {
      return refused || !answered ? Optional.of(text(rule, role, reply)) : Optional.empty();
    }
    boolean saysWhy = refused && reply.json().at("/error/code").asText().equals("FORBIDDEN");
    return saysWhy ? Optional.empty() : Optional.of(text(rule, role, reply));
  }

  private static String text(Rule rule, String role, Reply reply) {
    return "%s as %s: %d %s".formatted(rule.route(), role, reply.status(), reply.body());
  }

  /// The first key of a mesh comes from whoever operates it, the others over the API.
  private static String adminKey() {
    DatabaseConfig database =
        new DatabaseConfig(KEYS.database().url(), ApiKeys.ROLE, "", "", "", 2);
    try (ApiKeys keys =
        ApiKeys.open(database, Optional.empty(), List.of(MeshKey.BYTES), KEYS.clock())) {
      String key = keys.create("matrix", Role.ROLE_ADMIN, "operator").getKey();
      // Gateways look for new keys every few seconds.
      KEYS.clock().advance(Duration.ofMinutes(1));
      return key;
    }
  }

  private static String key(String role) {
    Call create = Call.post("/api/v1/api-keys", "{\"role\": \"%s\"}".formatted(role));
    return KEYS.send(create.with("X-API-Key", adminKey)).expect(201).text("key");
  }
}
