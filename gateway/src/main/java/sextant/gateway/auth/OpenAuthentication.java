package sextant.gateway.auth;

import com.linecorp.armeria.common.RequestHeaders;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.access.v1.Role;
import sextant.gateway.error.HttpError;
import sextant.kit.TenantId;
import sextant.kit.rpc.Caller;

/// Believes what the caller says: for a machine of one's own and for the documents' examples. Keys
/// may be sent and are not looked at.
public final class OpenAuthentication implements Authentication {

  private static final Logger log = LoggerFactory.getLogger(OpenAuthentication.class);
  private static final String SUBJECT = "open";

  public OpenAuthentication() {
    log.warn(
        "SEXTANT_AUTH=open: every caller is believed. Anyone who reaches this port can read and"
            + " change everything of every tenant. Use SEXTANT_AUTH=keys for anything but a trial.");
  }

  @Override
  public CompletableFuture<Caller> authenticate(RequestHeaders headers, String requestId) {
    try {
      return CompletableFuture.completedFuture(
          new Caller(tenant(headers), role(headers), SUBJECT, requestId));
    } catch (HttpError refusal) {
      return CompletableFuture.failedFuture(refusal);
    }
  }

  private static String tenant(RequestHeaders headers) {
    String tenant = headers.get(TENANT_ID);
    if (tenant == null) {
      throw HttpError.invalid("X-Tenant-Id", "the header is required");
    }
    if (!TenantId.isValid(tenant)) {
      throw HttpError.invalid("X-Tenant-Id", "must be " + TenantId.RULE);
    }
    return tenant;
  }

  private static Role role(RequestHeaders headers) {
    return switch (headers.get(USER_ROLE, "admin")) {
      case "viewer" -> Role.ROLE_VIEWER;
      case "editor" -> Role.ROLE_EDITOR;
      case "admin" -> Role.ROLE_ADMIN;
      default -> throw HttpError.invalid("X-User-Role", "must be one of viewer, editor, admin");
    };
  }
}
