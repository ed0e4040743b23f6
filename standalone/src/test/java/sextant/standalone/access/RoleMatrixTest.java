package sextant.standalone.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

  private static final List<String> ROLES = List.of("viewer", "editor", "admin");

  /// The documents' tables. Where they name no route, the shapes of what goes in do.
  private static final String TABLE =
      """
      GET    /api/v1/behavioral-metrics                admin, editor, viewer
      POST   /api/v1/behavioral-metrics                admin, editor
      PUT    /api/v1/behavioral-metrics                admin, editor
      DELETE /api/v1/behavioral-metrics                admin, editor
      GET    /api/v1/behavioral-metrics/{id}           admin, editor, viewer
      POST   /api/v1/behavioral-metrics/{id}/compute   admin, editor
      GET    /api/v1/behavioral-metrics/{id}/values    admin, editor, viewer
      GET    /api/v1/metric-values                     admin, editor, viewer
      POST   /api/v1/events                            admin, editor
      POST   /api/v1/respond                           admin, editor
      POST   /api/v1/capture                           admin, editor
      POST   /api/v1/interactions/{id}/correct         admin, editor
      POST   /api/v1/interactions/{id}/retract         admin, editor
      GET    /api/v1/interaction-history               admin, editor, viewer
      GET    /api/v1/outcome-types                     admin, editor, viewer
      POST   /api/v1/outcome-types                     admin, editor
      DELETE /api/v1/outcome-types                     admin, editor
      GET    /api/v1/api-keys                          admin
      POST   /api/v1/api-keys                          admin
      DELETE /api/v1/api-keys                          admin
      """;

  private static String adminKey;

  @BeforeAll
  static void createTheFirstKey() {
    adminKey = adminKey();
  }

  private record Rule(String route, Set<String> allowed) {

    static List<Rule> all() {
      return TABLE
          .lines()
          .map(line -> line.split("\\s+", 3))
          .map(
              cells ->
                  new Rule(cells[0] + " " + cells[1], new TreeSet<>(List.of(cells[2].split(", ")))))
          .toList();
    }

    Call call() {
      String[] parts = route.replace("{id}", "nothing").split(" ");
      Call call = new Call(parts[0], parts[1], java.util.Map.of(), "");
      return List.of("POST", "PUT").contains(parts[0]) ? call.json("{}") : call;
    }
  }

  @Test
  void theTableNamesEveryRoute() {
    assertThat(Rule.all().stream().map(Rule::route))
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

  /// Empty when `reply` is what the rule asks for.
  private static Optional<String> judge(Rule rule, String role, Reply reply) {
    boolean refused = reply.status() == 403;
    boolean answered = reply.status() < 500 && reply.status() != 401;
    if (rule.allowed().contains(role)) {
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
