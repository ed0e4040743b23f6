package sextant.gateway.auth;

import com.linecorp.armeria.common.RequestHeaders;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import sextant.gateway.error.HttpError;
import sextant.kit.TenantId;
import sextant.kit.rpc.Caller;

/// Lets in whoever has a key. Tenant and role come from the key; an `X-Tenant-Id` must agree.
public final class KeyAuthentication implements Authentication {

  private final KeyRing keys;
  private final InstantSource time;

  KeyAuthentication(KeyRing keys, InstantSource time) {
    this.keys = keys;
    this.time = time;
  }

  @Override
  public CompletableFuture<Caller> authenticate(RequestHeaders headers, String requestId) {
    Optional<String> key = Authentication.key(headers);
    if (key.isEmpty()) {
      return CompletableFuture.failedFuture(
          HttpError.unauthenticated(
              "an API key is required, in X-API-Key or as Authorization: Bearer"));
    }
    return keys.find(key.get())
        .thenApply(found -> caller(found, headers.get(Authentication.TENANT_ID), requestId));
  }

  private Caller caller(Optional<KeyRing.Key> found, String tenant, String requestId) {
    // One answer for unknown, revoked and expired: nothing to learn by trying keys.
    KeyRing.Key key =
        found
            .filter(known -> known.isValidAt(time.instant()))
            .orElseThrow(
                () -> HttpError.unauthenticated("the API key is unknown, revoked or expired"));
    if (tenant != null && !TenantId.isValid(tenant)) {
      throw HttpError.invalid("X-Tenant-Id", "must be " + TenantId.RULE);
    }
    if (tenant != null && !tenant.equals(key.tenantId())) {
      throw HttpError.forbidden("WRONG_TENANT", "the API key belongs to another tenant");
    }
    return new Caller(key.tenantId(), key.role(), key.id(), requestId);
  }
}
