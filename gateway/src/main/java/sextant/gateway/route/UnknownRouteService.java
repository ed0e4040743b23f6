package sextant.gateway.route;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Set;
import sextant.gateway.error.HttpError;
import sextant.gateway.error.RequestIds;

/// Answers whatever no route takes: 404, 405 with what is allowed, or what OPTIONS asks for.
final class UnknownRouteService implements HttpService {

  private final RouteTable routes;

  UnknownRouteService(RouteTable routes) {
    this.routes = routes;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    Set<String> methods = routes.methods(ctx.path());
    if (methods.isEmpty()) {
      throw HttpError.unknownRoute(request.method().name(), ctx.path());
    }
    String allowed = String.join(", ", methods);
    if (request.method() != HttpMethod.OPTIONS) {
      throw HttpError.methodNotAllowed(request.method().name(), ctx.path(), allowed);
    }
    return HttpResponse.of(
        ResponseHeaders.of(
            HttpStatus.NO_CONTENT,
            HttpHeaderNames.ALLOW,
            allowed,
            RequestIds.HEADER,
            RequestIds.of(ctx)));
  }
}
