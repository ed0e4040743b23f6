package sextant.kit.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import sextant.access.v1.AccessProto;
import sextant.access.v1.Allow;
import sextant.access.v1.Role;
import sextant.errors.v1.ErrorReason;

/// Lets a call in only with a valid caller token whose role satisfies the `allow` rule that the
/// contract states for the RPC.
final class CallerInterceptor implements ServerInterceptor {

  private final CallerTokens tokens;
  private final Map<MethodDescriptor<?, ?>, Role> minimumRoles = new ConcurrentHashMap<>();

  CallerInterceptor(CallerTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<Caller> caller =
        Optional.ofNullable(headers.get(CallerTokens.HEADER)).flatMap(tokens::verify);
    if (caller.isEmpty()) {
      return reject(
          call,
          ApiException.of(
              ErrorReason.ERROR_REASON_UNAUTHENTICATED,
              "a valid caller token is required in sextant-caller-bin"));
    }
    Role required =
        minimumRoles.computeIfAbsent(call.getMethodDescriptor(), CallerInterceptor::minimumRole);
    Role role = caller.get().role();
    if (role.getNumber() < required.getNumber()) {
      return reject(
          call,
          ApiException.of(
              ErrorReason.ERROR_REASON_ROLE_TOO_LOW,
              "this call needs the role " + name(required) + ", the caller has " + name(role),
              Map.of("role", name(role), "required", name(required))));
    }
    Context context = Context.current().withValue(Caller.KEY, caller.get());
    return Contexts.interceptCall(context, call, headers, next);
  }

  /// The rule of the contract. Fails on an RPC without one, which [RpcServer] checks at start.
  static Role minimumRole(MethodDescriptor<?, ?> method) {
    if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier contract)) {
      throw new IllegalStateException(method.getFullMethodName() + " has no protobuf descriptor");
    }
    Allow allow = contract.getMethodDescriptor().getOptions().getExtension(AccessProto.allow);
    if (allow.getMinimum() == Role.ROLE_UNSPECIFIED) {
      throw new IllegalStateException(method.getFullMethodName() + " states no allow rule");
    }
    return allow.getMinimum();
  }

  private static String name(Role role) {
    return role.name().substring("ROLE_".length()).toLowerCase(java.util.Locale.ROOT);
  }

  private static <Q, R> ServerCall.Listener<Q> reject(ServerCall<Q, R> call, ApiException error) {
    StatusException status = StatusProto.toStatusException(error.toStatus());
    call.close(status.getStatus(), status.getTrailers());
    return new ServerCall.Listener<>() {};
  }
}
