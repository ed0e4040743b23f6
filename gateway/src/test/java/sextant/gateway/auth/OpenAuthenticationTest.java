package sextant.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sextant.gateway.GatewayExtension;

/// SEXTANT_AUTH=open believes the headers, as far as they make sense.
class OpenAuthenticationTest {

  @RegisterExtension static final GatewayExtension gateway = new GatewayExtension();

  @Test
  void theTenantIsRequired() {
    assertThat(gateway.get("/test/count", "X-Tenant-Id", "").text())
        .startsWith("400 ")
        .contains("\"message\":\"X-Tenant-Id: the header is required\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "*", "a/b", "'; drop table"})
  void theTenantMustBeOne(String tenant) {
    assertThat(gateway.get("/test/count", "X-Tenant-Id", tenant).text())
        .startsWith("400 ")
        .contains("X-Tenant-Id: must be 1-64 characters of A-Z a-z 0-9 . _ : -");
    assertThat(gateway.get("/test/count", "X-Tenant-Id", "x".repeat(65)).status()).isEqualTo(400);
    assertThat(gateway.get("/test/count", "X-Tenant-Id", "x".repeat(64)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"service", "root", "Admin", "ROLE_ADMIN"})
  void anUnknownRoleIsRefused(String role) {
    assertThat(gateway.get("/test/count", "X-User-Role", role).text())
        .startsWith("400 ")
        .contains("X-User-Role: must be one of viewer, editor, admin");
  }

  /// Needed role by method: GET /test/count viewer, POST /test/tools editor, DELETE /test/tools
  /// admin.
  @ParameterizedTest
  @CsvSource({"viewer,200,403,403", "editor,200,201,403", "admin,200,201,204", "'',200,201,204"})
  void rolesAreEnforced(String role, int read, int create, int delete) {
    assertThat(gateway.get("/test/count", "X-User-Role", role).status()).isEqualTo(read);
    assertThat(
            gateway.send("POST", "/test/tools", "{\"name\":\"x\"}", "X-User-Role", role).status())
        .isEqualTo(create);
    assertThat(gateway.send("DELETE", "/test/tools?id=1", null, "X-User-Role", role).status())
        .isEqualTo(delete);
  }

  @Test
  void aRoleTooLowIsNamed() {
    assertThat(gateway.send("DELETE", "/test/tools?id=1", null, "X-User-Role", "editor").text())
        .isEqualTo(
            "403 {\"error\":{\"code\":\"FORBIDDEN\",\"message\":\"this call needs the role admin, the"
                + " caller has editor\",\"status\":403,\"reason\":\"ROLE_TOO_LOW\"}}");
  }

  @Test
  void theRoleOfEachSiblingOfADispatchCounts() {
    assertThat(gateway.get("/test/reports?kind=daily", "X-User-Role", "viewer").status())
        .isEqualTo(200);
    assertThat(gateway.get("/test/reports?kind=stock", "X-User-Role", "viewer").status())
        .isEqualTo(403);
  }

  @Test
  void keysAreNotLookedAt() {
    assertThat(gateway.get("/test/count", "Authorization", "Bearer <token>").status())
        .isEqualTo(200);
    assertThat(gateway.get("/test/count", "X-API-Key", "krn_anything").status()).isEqualTo(200);
  }
}
