package sextant.gateway.error;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import sextant.gateway.telemetry.RequestTelemetry;

/// Writes the one shape of every error:
/// `{"error":{"code","message","status","reason","details":[{"field","message"}]?,"requestId","traceId"?}}`.
/// `traceId` is there when the request belongs to a trace.
public final class ErrorBody {

  private static final JsonFactory JSON = new JsonFactory();

  private ErrorBody() {}

  public static AggregatedHttpResponse of(HttpError error, ServiceRequestContext ctx) {
    return of(error, RequestIds.of(ctx), RequestTelemetry.traceId(ctx));
  }

  /// For a request that never got a context.
  static AggregatedHttpResponse of(HttpError error, RequestHeaders headers) {
    return of(error, RequestIds.of(headers), Optional.empty());
  }

  private static AggregatedHttpResponse of(
      HttpError error, String requestId, Optional<String> traceId) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(error.status())
            .contentType(MediaType.JSON_UTF_8)
            .set(RequestIds.HEADER, requestId);
    error.headers().forEach(headers::set);
    return AggregatedHttpResponse.of(
        headers.build(), HttpData.wrap(json(error, requestId, traceId)));
  }

  /// The documented code of a status.
  public static String code(int status) {
    return switch (status) {
      case 401 -> "UNAUTHORIZED";
      case 403 -> "FORBIDDEN";
      case 404 -> "NOT_FOUND";
      case 405 -> "METHOD_NOT_ALLOWED";
      case 409 -> "CONFLICT";
      case 413 -> "PAYLOAD_TOO_LARGE";
      case 415 -> "UNSUPPORTED_MEDIA_TYPE";
      case 429 -> "RATE_LIMITED";
      case 503 -> "UNAVAILABLE";
      case 504 -> "DEADLINE_EXCEEDED";
      default -> status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR";
    };
  }

  private static byte[] json(HttpError error, String requestId, Optional<String> traceId) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("code", code(error.status().code()));
      json.writeStringField("message", error.getMessage());
      json.writeNumberField("status", error.status().code());
      json.writeStringField("reason", error.reason());
      if (!error.details().isEmpty()) {
        json.writeArrayFieldStart("details");
        for (HttpError.Detail detail : error.details()) {
          json.writeStartObject();
          json.writeStringField("field", detail.field());
          json.writeStringField("message", detail.message());
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeStringField("requestId", requestId);
      if (traceId.isPresent()) {
        json.writeStringField("traceId", traceId.get());
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return bytes.toByteArray();
  }
}
