package sextant.gateway.route;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Channel;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import sextant.access.v1.Role;
import sextant.gateway.auth.Authentication;
import sextant.gateway.error.ErrorBody;
import sextant.gateway.error.Failures;
import sextant.gateway.error.GrpcErrors;
import sextant.gateway.error.HttpError;
import sextant.gateway.error.RequestIds;
import sextant.gateway.error.UpstreamFailure;
import sextant.gateway.json.MalformedWireException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerTokens;

/// Serves one method and path: who calls, which RPC, may they, what do they send, call, answer.
final class EndpointService implements HttpService {

  private final Endpoint endpoint;
  private final Authentication authentication;
  private final CallerTokens tokens;
  private final Map<Operation, Channel> channels = new IdentityHashMap<>();

  EndpointService(
      Endpoint endpoint, Authentication authentication, CallerTokens tokens, Upstreams upstreams) {
    this.endpoint = endpoint;
    this.authentication = authentication;
    this.tokens = tokens;
    for (Operation operation : endpoint.operations()) {
      upstreams
          .channel(operation.rpc().packageName())
          .ifPresent(channel -> channels.put(operation, channel));
    }
  }

  /// Nothing here streams, so Armeria may gather the request and send the answer in one go.
  @Override
  public ExchangeType exchangeType(RoutingContext routing) {
    return ExchangeType.UNARY;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    String requestId = RequestIds.of(ctx);
    CompletableFuture<HttpResponse> answer =
        authentication
            .authenticate(request.headers(), requestId)
            .thenCombine(request.aggregate(), (caller, whole) -> answer(ctx, whole, caller))
            .thenCompose(response -> response)
            .exceptionally(
                failure -> ErrorBody.of(Failures.toHttp(failure, requestId), ctx).toHttpResponse());
    return HttpResponse.of(answer);
  }

  private CompletableFuture<HttpResponse> answer(
      ServiceRequestContext ctx, AggregatedHttpRequest request, Caller caller) {
    Operation operation = endpoint.select(ctx.queryParams());
    checkRole(caller, operation.rpc().minimumRole());
    if (request.content().length() > operation.maxBodyBytes()) {
      throw HttpError.tooLarge(operation.maxBodyBytes());
    }
    RequestReader.Message message =
        operation.reader().read(ctx, request, endpoint.knownParameters());
    Channel channel = channels.get(operation);
    if (channel == null) {
      throw HttpError.unavailable(
          "this gateway was not told where " + operation.rpc().packageName() + " is");
    }
    return UpstreamCall.start(channel, operation.method(), message.wire(), tokens.sign(caller), ctx)
        .handle(
            (wire, failure) -> {
              if (failure != null) {
                throw refusal(failure, operation);
              }
              return write(operation, wire, message.loneElement(), caller.requestId());
            });
  }

  private static void checkRole(Caller caller, Role required) {
    if (caller.role().getNumber() < required.getNumber()) {
      throw HttpError.forbidden(
          "ROLE_TOO_LOW",
          "this call needs the role " + name(required) + ", the caller has " + name(caller.role()));
    }
  }

  private static String name(Role role) {
    return role.name().substring("ROLE_".length()).toLowerCase(Locale.ROOT);
  }

  private static RuntimeException refusal(Throwable failure, Operation operation) {
    return failure instanceof UpstreamFailure upstream
        ? GrpcErrors.toHttp(
            upstream, operation.rpc().method().getInputType(), operation.rpc().fullName())
        : new CompletionException(failure);
  }

  private static HttpResponse write(
      Operation operation, byte[] wire, boolean loneElement, String requestId) {
    try {
      return operation.writer().write(wire, loneElement, requestId);
    } catch (MalformedWireException malformed) {
      throw new IllegalStateException(
          operation.rpc().fullName() + " answered what its contract does not describe", malformed);
    }
  }
}
