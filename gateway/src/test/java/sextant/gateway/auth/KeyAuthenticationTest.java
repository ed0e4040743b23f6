package sextant.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static sextant.gateway.auth.jooq.Tables.API_KEY;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.gateway.Answer;
import sextant.gateway.GatewayConfig.AuthMode;
import sextant.gateway.GatewayExtension;
import sextant.gateway.GatewayServer;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.kit.testing.MeshKey;

/// SEXTANT_AUTH=keys, over a real PostgreSQL, with two gateways on it.
class KeyAuthenticationTest {

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  private static EmbeddedDatabase database;
  private static GatewayServer first;
  private static GatewayServer second;
  private static String admin;

  @BeforeAll
  static void start() {
    database = EmbeddedDatabase.empty();
    first = startOne();
    second = startOne();
    admin = bootstrap("acme", Role.ROLE_ADMIN);
  }

  private static GatewayServer startOne() {
    return gateway.start(
        AuthMode.KEYS, Optional.of(database.config(ApiKeys.ROLE)), Duration.ofSeconds(10));
  }

  /// How an operator makes a first key, from outside the running gateways.
  private static String bootstrap(String tenant, Role role) {
    try (ApiKeys keys =
        ApiKeys.open(
            database.config(ApiKeys.ROLE),
            Optional.empty(),
            List.of(MeshKey.BYTES),
            gateway.clock)) {
      // Gateways look for a key they do not know at most once a second.
      gateway.clock.advance(Duration.ofSeconds(1));
      return keys.create(tenant, role, "first").getKey();
    }
  }

  @AfterAll
  static void stop() {
    first.close();
    second.close();
    database.close();
  }

  private static Answer send(
      GatewayServer to, String method, String path, String body, String key, String... more) {
    String[] headers = new String[more.length + 4];
    headers[0] = "X-Tenant-Id";
    headers[1] = "";
    headers[2] = "X-API-Key";
    headers[3] = key;
    System.arraycopy(more, 0, headers, 4, more.length);
    return gateway.send(to.port(), method, path, body, headers);
  }

  private static Answer whoAmI(GatewayServer to, String key) {
    return send(to, "GET", "/test/whoami", null, key);
  }

  private static String create(String body) {
    Answer answer = send(first, "POST", "/api/v1/api-keys", body, admin);
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.body();
  }

  private static String text(String json, String field) {
    return json.replaceAll(".*?\"" + field + "\":\"([^\"]+)\".*", "$1");
  }

  @Test
  void aKeyGivesItsTenantAndRole() {
    String key = text(create("{\"name\":\"reports\",\"role\":\"editor\"}"), "key");
    assertThat(key).matches("krn_[A-Za-z0-9_-]{43}");
    assertThat(whoAmI(first, key).body()).startsWith("{\"tenantId\":\"acme\",\"role\":\"editor\"");
    assertThat(
            send(first, "GET", "/test/whoami", null, "", "Authorization", "Bearer " + key).body())
        .startsWith("{\"tenantId\":\"acme\",\"role\":\"editor\"");
    assertThat(send(first, "DELETE", "/test/tools?id=1", null, key).status()).isEqualTo(403);
    // The role comes from the key, whatever the header says.
    assertThat(
            send(first, "DELETE", "/test/tools?id=1", null, key, "X-User-Role", "admin").status())
        .isEqualTo(403);
  }

  @Test
  void theTenantHeaderMustAgree() {
    String path = "/test/whoami";
    assertThat(send(first, "GET", path, null, admin, "X-Tenant-Id", "acme").status())
        .isEqualTo(200);
    assertThat(send(first, "GET", path, null, admin, "X-Tenant-Id", "other").text())
        .isEqualTo(
            "403 {\"error\":{\"code\":\"FORBIDDEN\",\"message\":\"the API key belongs to another"
                + " tenant\",\"status\":403,\"reason\":\"WRONG_TENANT\"}}");
    assertThat(send(first, "GET", path, null, admin, "X-Tenant-Id", "a b").status()).isEqualTo(400);
  }

  @Test
  void withoutAKeyNobodyComesIn() {
    for (String key : List.of("", "krn_wrong", "wrong", "krn_" + "x".repeat(1000))) {
      Answer answer = whoAmI(first, key);
      assertThat(answer.status()).as(key).isEqualTo(401);
      assertThat(answer.body()).contains("\"code\":\"UNAUTHORIZED\"");
      assertThat(answer.headers()).containsEntry("www-authenticate", "Bearer realm=\"sextant\"");
    }
    Answer open = gateway.send(first.port(), "GET", "/test/whoami", null, "X-Tenant-Id", "acme");
    assertThat(open.status()).isEqualTo(401);
    assertThat(gateway.send(first.port(), "GET", "/healthz", null).status()).isEqualTo(200);
  }

  @Test
  void anExpiredKeyIsRefusedFromThatInstantOn() {
    String expiresAt = gateway.clock.instant().plusSeconds(3).toString();
    String key = text(create("{\"expiresAt\":\"" + expiresAt + "\"}"), "key");
    assertThat(whoAmI(first, key).status()).isEqualTo(200);
    gateway.clock.advance(Duration.ofMillis(2999));
    assertThat(whoAmI(first, key).status()).isEqualTo(200);
    gateway.clock.advance(Duration.ofMillis(1));
    assertThat(whoAmI(first, key).status()).isEqualTo(401);
  }

  @Test
  void aRevokedKeyIsRefusedHereAtOnceAndElsewhereWithin15Seconds() {
    String created = create("{\"role\":\"viewer\"}");
    String key = text(created, "key");
    gateway.clock.advance(Duration.ofSeconds(1));
    assertThat(whoAmI(first, key).status()).isEqualTo(200);
    assertThat(whoAmI(second, key).status()).isEqualTo(200);
    String path = "/api/v1/api-keys?id=" + text(created, "id");
    assertThat(send(first, "DELETE", path, null, admin).text()).isEqualTo("204");
    assertThat(whoAmI(first, key).status()).isEqualTo(401);
    assertThat(send(first, "DELETE", path, null, admin).status()).isEqualTo(404);
    gateway.clock.advance(Duration.ofSeconds(15));
    assertThat(whoAmI(second, key).status()).isEqualTo(401);
  }

  @Test
  void aNewKeyWorksOnOtherGatewaysWithinASecond() {
    String key = text(create("{}"), "key");
    gateway.clock.advance(Duration.ofSeconds(1));
    assertThat(whoAmI(second, key).body()).contains("\"role\":\"viewer\"");
  }

  @Test
  void keysAreListedWithoutThemselvesPageByPage() {
    String tenantAdmin = bootstrap("lister", Role.ROLE_ADMIN);
    for (int i = 0; i < 4; i++) {
      String body = "{\"name\":\"k" + i + "\"}";
      assertThat(send(first, "POST", "/api/v1/api-keys", body, tenantAdmin).status())
          .isEqualTo(201);
    }
    Answer page = send(first, "GET", "/api/v1/api-keys?limit=3", null, tenantAdmin);
    assertThat(page.body())
        .contains("\"name\":\"first\"", "\"name\":\"k0\"", "\"name\":\"k1\"", "\"prefix\":\"krn_")
        .doesNotContain("\"name\":\"k2\"", "\"key\":", "\"hash\":")
        .contains("\"pagination\":{\"total\":5,\"hasMore\":true,\"limit\":3,\"cursor\":\"");
    String cursor = text(page.body(), "cursor");
    assertThat(
            send(first, "GET", "/api/v1/api-keys?limit=3&cursor=" + cursor, null, tenantAdmin)
                .body())
        .contains("\"name\":\"k2\"", "\"name\":\"k3\"")
        .contains("\"pagination\":{\"total\":5,\"hasMore\":false,\"limit\":3,\"cursor\":null}");
    // Another tenant's cursor and key mean nothing.
    assertThat(send(first, "GET", "/api/v1/api-keys?cursor=" + cursor, null, admin).status())
        .isEqualTo(400);
    String foreign = text(page.body(), "id");
    assertThat(send(first, "DELETE", "/api/v1/api-keys?id=" + foreign, null, admin).status())
        .isEqualTo(404);
  }

  @Test
  void onlyAdministratorsManageKeys() {
    String editor = text(create("{\"role\":\"editor\"}"), "key");
    assertThat(send(first, "GET", "/api/v1/api-keys", null, editor).status()).isEqualTo(403);
    assertThat(send(first, "POST", "/api/v1/api-keys", "{}", editor).status()).isEqualTo(403);
  }

  @Test
  void badKeysAreNotCreated() {
    for (String body :
        List.of(
            "{\"role\":\"service\"}",
            "{\"role\":\"king\"}",
            "{\"name\":\"\"}",
            "{\"expiresAt\":\"2020-01-01T00:00:00Z\"}",
            "{\"expiresAt\":\"tomorrow\"}",
            "{\"scopes\":[]}")) {
      Answer answer = send(first, "POST", "/api/v1/api-keys", body, admin);
      assertThat(answer.status()).as(body + answer.body()).isEqualTo(400);
    }
  }

  @Test
  void theKeyItselfIsStoredNowhere() {
    String key = text(create("{\"name\":\"secret\"}"), "key");
    String rows =
        database.asOwner(tx -> tx.selectFrom(API_KEY).fetch().formatJSON() + tx.fetch("select 1"));
    assertThat(rows).doesNotContain(key).doesNotContain(key.substring(12));
  }
}
