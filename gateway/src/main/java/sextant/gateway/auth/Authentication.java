package sextant.gateway.auth;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import io.netty.util.AsciiString;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import sextant.kit.rpc.Caller;

/// Says who calls. Refusals are [sextant.gateway.error.HttpError]s: 400 for a missing or malformed
/// tenant, 401 for a key that does not open, 403 for one of another tenant.
public sealed interface Authentication permits OpenAuthentication, KeyAuthentication {

  AsciiString TENANT_ID = AsciiString.cached("x-tenant-id");
  AsciiString USER_ROLE = AsciiString.cached("x-user-role");
  AsciiString API_KEY = AsciiString.cached("x-api-key");

  CompletableFuture<Caller> authenticate(RequestHeaders headers, String requestId);

  /// The key in `X-API-Key`, else in `Authorization: Bearer`.
  static Optional<String> key(RequestHeaders headers) {
    String key = headers.get(API_KEY);
    if (key != null) {
      return Optional.of(key.strip());
    }
    String authorization = headers.get(HttpHeaderNames.AUTHORIZATION, "");
    return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
        ? Optional.of(authorization.substring(7).strip())
        : Optional.empty();
  }
}
