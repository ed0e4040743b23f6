package sextant.kit.rpc;

import io.grpc.Context;
import sextant.access.v1.Role;

/// Who calls: the tenant whose data is meant, the role within it, and the outside request this call
/// belongs to. Set by [CallerInterceptor], read once at the top of a service method.
public record Caller(String tenantId, Role role, String subject, String requestId) {

  static final Context.Key<Caller> KEY = Context.key("sextant-caller");

  /// The caller of the gRPC method that is running.
  public static Caller current() {
    Caller caller = KEY.get();
    if (caller == null) {
      throw new IllegalStateException(
          "no caller in this context: the server was started without CallerInterceptor");
    }
    return caller;
  }

  /// The mesh itself, acting for a tenant: background work, imports, one service calling another.
  public static Caller service(String name, String tenantId) {
    return new Caller(tenantId, Role.ROLE_SERVICE, name, name);
  }
}
