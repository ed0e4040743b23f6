package sextant.gateway.error;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives every failure the same shape, wherever it happens: in our code, in Armeria, or while the
/// request was still being read.
public final class Failures implements ServerErrorHandler {

  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  /// The refusal for `failure`; what is not the client's doing is logged and hidden.
  public static HttpError toHttp(Throwable failure, String requestId) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          toHttp(wrapped.getCause(), requestId);
      case HttpError error -> error;
      case ContentTooLargeException _ -> ofStatus(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "");
      case RequestTimeoutException _ -> HttpError.deadlineExceeded();
      case HttpStatusException status -> ofStatus(status.httpStatus(), "");
      default -> {
        log.error("request {} failed", requestId, failure);
        yield HttpError.internal();
      }
    };
  }

  @Override
  public HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    String requestId = RequestIds.of(ctx);
    return cause instanceof HttpResponseException answer
        ? answer.httpResponse()
        : ErrorBody.of(toHttp(cause, requestId), ctx).toHttpResponse();
  }

  @Override
  public AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      RequestHeaders headers,
      HttpStatus status,
      String description,
      Throwable cause) {
    return ErrorBody.of(ofStatus(status, description), headers);
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      ServiceRequestContext ctx,
      ServiceConfig config,
      RequestHeaders headers,
      HttpStatus status,
      String description,
      Throwable cause) {
    return ctx == null
        ? ErrorBody.of(ofStatus(status, description), headers)
        : ErrorBody.of(ofStatus(status, description), ctx);
  }

  private static HttpError ofStatus(HttpStatus status, String description) {
    String message =
        description == null || description.isEmpty() ? status.reasonPhrase() : description;
    return switch (status.code()) {
      case 503 -> HttpError.unavailable("the gateway is overloaded or shutting down; try again");
      case 500 -> HttpError.internal();
      case 413 -> HttpError.of(status, "TOO_LARGE", "the request body is too large");
      default -> HttpError.of(status, ErrorBody.code(status.code()), message);
    };
  }
}
