package sextant.gateway.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import sextant.errors.v1.ErrorReason;
import sextant.gateway.error.ErrorBody;
import sextant.gateway.error.GrpcErrors;

/// The errors in the document: one schema, and one response for each status.
final class ErrorDocs {

  /// Reasons as comments name them: `Errors: NOT_FOUND, IN_USE (...)`.
  private static final Pattern REASON = Pattern.compile("\\b[A-Z]+(_[A-Z]+)*\\b");

  private static final Map<Integer, String> MESSAGES = messages();

  private ErrorDocs() {}

  private static Map<Integer, String> messages() {
    Map<Integer, String> messages = new LinkedHashMap<>();
    messages.put(400, "name: value is required");
    messages.put(401, "the API key is unknown, revoked or expired");
    messages.put(403, "this call needs the role editor, the caller has viewer");
    messages.put(404, "metric 0198c5d2-7c1f-7f0a-9d5e-0c2f7a3b1e44 not found");
    messages.put(409, "a metric with name \"purchases\" already exists");
    messages.put(413, "the request body is larger than the 1048576 bytes this route accepts");
    messages.put(415, "the body must be application/json in UTF-8, Content-Type says text/plain");
    messages.put(422, "the Idempotency-Key was used for another request; use a new one for each");
    messages.put(429, "too many calls; try again later");
    messages.put(500, "internal error");
    messages.put(503, "the service is out of reach; try again");
    messages.put(504, "the work took longer than the request may take");
    return messages;
  }

  /// The statuses an RPC may fail with: what its comment names, and what any route may answer.
  static Set<Integer> statuses(String comment, boolean hasBody) {
    Set<Integer> statuses = new TreeSet<>(Set.of(400, 401, 403, 429, 500, 503, 504));
    if (hasBody) {
      statuses.add(413);
      statuses.add(415);
    }
    int errors = comment.indexOf("Errors:");
    if (errors >= 0) {
      REASON
          .matcher(comment.substring(errors))
          .results()
          .forEach(
              word -> {
                for (ErrorReason reason : ErrorReason.values()) {
                  if (reason.name().equals("ERROR_REASON_" + word.group())) {
                    statuses.add(GrpcErrors.httpStatus(reason).code());
                  }
                }
              });
    }
    return statuses;
  }

  static String responseName(int status) {
    return ErrorBody.code(status);
  }

  static ObjectNode responses() {
    ObjectNode responses = OpenApi.JSON.createObjectNode();
    MESSAGES.forEach(
        (status, message) -> {
          ObjectNode response = responses.putObject(responseName(status));
          response.put("description", HttpStatus.valueOf(status).reasonPhrase());
          if (status == 429 || status == 503 || status == 504) {
            response
                .putObject("headers")
                .putObject("Retry-After")
                .put("description", "Seconds to wait.")
                .putObject("schema")
                .put("type", "integer");
          }
          ObjectNode json = response.putObject("content").putObject("application/json");
          json.putObject("schema").put("$ref", "#/components/schemas/Error");
          ObjectNode error = json.putObject("example").putObject("error");
          error
              .put("code", ErrorBody.code(status))
              .put("message", message)
              .put("status", status)
              .put("reason", status == 400 ? "INVALID_ARGUMENT" : ErrorBody.code(status));
          if (status == 400) {
            error
                .putArray("details")
                .addObject()
                .put("field", "name")
                .put("message", "value is required");
          }
          error.put("requestId", "0198c5d2-7c1f-7f0a-9d5e-0c2f7a3b1e44");
        });
    return responses;
  }

  static ObjectNode schema() {
    ObjectNode schema = OpenApi.JSON.createObjectNode();
    schema.put("type", "object").put("description", "What went wrong.");
    schema.putArray("required").add("error");
    ObjectNode error = schema.putObject("properties").putObject("error");
    error.put("type", "object");
    error
        .putArray("required")
        .add("code")
        .add("message")
        .add("status")
        .add("reason")
        .add("requestId");
    ObjectNode properties = error.putObject("properties");
    text(properties, "code", "Class of the error, one per status.");
    text(properties, "message", "For people.");
    properties.putObject("status").put("type", "integer").put("description", "The HTTP status.");
    text(properties, "reason", "For programs: an ErrorReason of the contract.");
    ObjectNode details = properties.putObject("details");
    details
        .put("type", "array")
        .put("description", "Every faulty field, when fields are at fault.");
    ObjectNode detail = details.putObject("items");
    detail.put("type", "object");
    detail.putArray("required").add("field").add("message");
    ObjectNode parts = detail.putObject("properties");
    text(parts, "field", "JSON path, parameter or header; empty for the whole body.");
    text(parts, "message", "What was wrong and what is allowed.");
    text(properties, "requestId", "Leads to the logs.");
    text(properties, "traceId", "Leads to the trace; there when the request belongs to one.");
    return schema;
  }

  private static void text(ObjectNode properties, String name, String description) {
    properties.putObject(name).put("type", "string").put("description", description);
  }
}
