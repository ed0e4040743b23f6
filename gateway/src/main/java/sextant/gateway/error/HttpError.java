package sextant.gateway.error;

import com.linecorp.armeria.common.HttpStatus;
import java.util.List;
import java.util.Map;

/// A refusal as the HTTP client sees it. Thrown anywhere on the request path; [ErrorBody] writes
/// it.
public final class HttpError extends RuntimeException {

  /// A faulty field, by its JSON path, parameter or header name.
  public record Detail(String field, String message) {}

  private static final long serialVersionUID = 1L;
  private static final int RETRY_SECONDS = 1;

  private final transient HttpStatus status;
  private final String reason;
  private final transient List<Detail> details;
  private final transient Map<String, String> headers;

  private HttpError(
      HttpStatus status,
      String reason,
      String message,
      List<Detail> details,
      Map<String, String> headers) {
    // No stack trace: this is an answer, not a fault, and must stay cheap under bad traffic.
    super(message, null, false, false);
    this.status = status;
    this.reason = reason;
    this.details = List.copyOf(details);
    this.headers = Map.copyOf(headers);
  }

  public static HttpError of(HttpStatus status, String reason, String message) {
    return new HttpError(status, reason, message, List.of(), Map.of());
  }

  /// All faults of a request at once; the message repeats the first.
  public static HttpError invalid(List<Detail> details) {
    Detail first = details.getFirst();
    String more = details.size() > 1 ? " (and " + (details.size() - 1) + " more)" : "";
    String place = first.field().isEmpty() ? "the body " : first.field() + ": ";
    return of(HttpStatus.BAD_REQUEST, "INVALID_ARGUMENT", place + first.message() + more)
        .with(details);
  }

  public static HttpError invalid(String field, String message) {
    return invalid(List.of(new Detail(field, message)));
  }

  public static HttpError unauthenticated(String message) {
    return of(HttpStatus.UNAUTHORIZED, "UNAUTHENTICATED", message)
        .with("WWW-Authenticate", "Bearer realm=\"sextant\"");
  }

  public static HttpError forbidden(String reason, String message) {
    return of(HttpStatus.FORBIDDEN, reason, message);
  }

  public static HttpError unknownRoute(String method, String path) {
    return of(HttpStatus.NOT_FOUND, "UNKNOWN_ROUTE", "there is no route " + method + " " + path);
  }

  public static HttpError methodNotAllowed(String method, String path, String allowed) {
    return of(
            HttpStatus.METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            method + " is not allowed on " + path + "; allowed: " + allowed)
        .with("Allow", allowed);
  }

  public static HttpError tooLarge(long limit) {
    return of(
        HttpStatus.REQUEST_ENTITY_TOO_LARGE,
        "TOO_LARGE",
        "the request body is larger than the " + limit + " bytes this route accepts");
  }

  public static HttpError unsupportedMediaType(String message) {
    return of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message);
  }

  public static HttpError unavailable(String message) {
    return of(HttpStatus.SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
        .with("Retry-After", Integer.toString(RETRY_SECONDS));
  }

  public static HttpError deadlineExceeded() {
    return of(
            HttpStatus.GATEWAY_TIMEOUT,
            "DEADLINE_EXCEEDED",
            "the work took longer than the request may take")
        .with("Retry-After", Integer.toString(RETRY_SECONDS));
  }

  public static HttpError rateLimited(String message, long retrySeconds) {
    return of(HttpStatus.TOO_MANY_REQUESTS, "RATE_LIMITED", message)
        .with("Retry-After", Long.toString(retrySeconds));
  }

  /// A fault of ours. Says nothing about it: the request id leads to the log.
  public static HttpError internal() {
    return of(HttpStatus.INTERNAL_SERVER_ERROR, "INTERNAL", "internal error");
  }

  HttpError with(List<Detail> more) {
    return new HttpError(status, reason, getMessage(), more, headers);
  }

  HttpError with(String header, String value) {
    return new HttpError(status, reason, getMessage(), details, Map.of(header, value));
  }

  public HttpStatus status() {
    return status;
  }

  public String reason() {
    return reason;
  }

  public List<Detail> details() {
    return details;
  }

  public Map<String, String> headers() {
    return headers;
  }
}
