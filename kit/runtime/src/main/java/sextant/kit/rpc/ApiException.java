package sextant.kit.rpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import java.util.List;
import java.util.Map;
import sextant.errors.v1.ErrorReason;
import sextant.errors.v1.ErrorReasonProto;

/// The one exception of the services: something the caller did or has to know. The contract's
/// [ErrorReason] decides the status it travels with.
public final class ApiException extends RuntimeException {

  /// A faulty field, by its path in the request message such as `events[3].customer_id`.
  public record Violation(String field, String message) {}

  private static final String DOMAIN = "sextant";

  /// As many faults as an answer names; they travel as metadata, which clients bound.
  private static final int MAX_VIOLATIONS = 1_000;

  private static final long serialVersionUID = 1L;

  private final ErrorReason reason;
  private final transient Map<String, String> metadata;
  private final transient List<Violation> violations;

  private ApiException(
      ErrorReason reason,
      String message,
      Map<String, String> metadata,
      List<Violation> violations) {
    // No stack trace: this is an answer, not a fault, and must stay cheap under bad traffic.
    super(message, null, false, false);
    this.reason = reason;
    this.metadata = Map.copyOf(metadata);
    this.violations = List.copyOf(violations);
  }

  public static ApiException of(ErrorReason reason, String message) {
    return of(reason, message, Map.of());
  }

  public static ApiException of(ErrorReason reason, String message, Map<String, String> metadata) {
    return new ApiException(reason, message, metadata, List.of());
  }

  public static ApiException invalid(String field, String message) {
    return invalid(List.of(new Violation(field, message)));
  }

  /// All faults of a request at once; the message repeats the first.
  public static ApiException invalid(List<Violation> violations) {
    Violation first = violations.getFirst();
    String more = violations.size() > 1 ? " (and " + (violations.size() - 1) + " more)" : "";
    return new ApiException(
        ErrorReason.ERROR_REASON_INVALID_ARGUMENT,
        first.field() + ": " + first.message() + more,
        Map.of(),
        violations.subList(0, Math.min(violations.size(), MAX_VIOLATIONS)));
  }

  public static ApiException notFound(String resource, String id) {
    return of(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        resource + " " + id + " not found",
        Map.of("resource", resource, "id", id));
  }

  public static ApiException alreadyExists(String resource, String field, String value) {
    return of(
        ErrorReason.ERROR_REASON_ALREADY_EXISTS,
        "a " + resource + " with " + field + " \"" + value + "\" already exists",
        Map.of("resource", resource, "field", field, "value", value));
  }

  public ErrorReason reason() {
    return reason;
  }

  public List<Violation> violations() {
    return violations;
  }

  Status toStatus() {
    Status.Builder status =
        Status.newBuilder()
            .setCode(
                reason
                    .getValueDescriptor()
                    .getOptions()
                    .getExtension(ErrorReasonProto.status)
                    .getCodeValue())
            .setMessage(getMessage())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(reason.name().substring("ERROR_REASON_".length()))
                        .putAllMetadata(metadata)
                        .build()));
    if (!violations.isEmpty()) {
      BadRequest.Builder faults = BadRequest.newBuilder();
      for (Violation violation : violations) {
        faults
            .addFieldViolationsBuilder()
            .setField(violation.field())
            .setDescription(violation.message());
      }
      status.addDetails(Any.pack(faults.build()));
    }
    return status.build();
  }
}
