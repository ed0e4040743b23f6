package sextant.gateway.error;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.common.HttpStatus;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.protobuf.ProtoUtils;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.errors.v1.ErrorReason;
import sextant.errors.v1.ErrorReasonProto;
import sextant.gateway.error.HttpError.Detail;
import sextant.gateway.json.FieldPaths;

/// Turns a gRPC failure into the HTTP answer: the status that the contract states for the
/// ErrorInfo's reason, else one that fits the code.
public final class GrpcErrors {

  private static final Logger log = LoggerFactory.getLogger(GrpcErrors.class);
  private static final String PREFIX = "ERROR_REASON_";
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private static final Map<String, HttpStatus> BY_REASON =
      Arrays.stream(ErrorReason.values())
          .filter(reason -> reason != ErrorReason.UNRECOGNIZED)
          .collect(
              Collectors.toUnmodifiableMap(
                  reason -> reason.name().substring(PREFIX.length()), GrpcErrors::httpStatus));

  private GrpcErrors() {}

  /// The HTTP status that the contract states for a reason.
  public static HttpStatus httpStatus(ErrorReason reason) {
    return HttpStatus.valueOf(
        reason.getValueDescriptor().getOptions().getExtension(ErrorReasonProto.status).getHttp());
  }

  /// `request`: the message that was sent, to name faulty fields as the client knows them.
  public static HttpError toHttp(UpstreamFailure failure, Descriptor request, String rpc) {
    if (failure.status().getCode() == Code.UNAUTHENTICATED) {
      // The gateway knows who calls; it is the gateway whom the service does not believe.
      log.error("{}: refused: another mesh key there, or a clock minutes away from ours", rpc);
      return HttpError.unavailable("the service is out of reach; try again");
    }
    com.google.rpc.Status status =
        Optional.ofNullable(failure.trailers().get(DETAILS))
            .orElse(com.google.rpc.Status.getDefaultInstance());
    String message = Optional.ofNullable(failure.status().getDescription()).orElse("");
    Optional<ErrorInfo> info = detail(status, ErrorInfo.class);
    HttpStatus known = info.map(ErrorInfo::getReason).map(BY_REASON::get).orElse(null);
    HttpError error =
        known == null
            ? ofCode(failure, message)
            : HttpError.of(known, info.orElseThrow().getReason(), message);
    if (error.status().code() == HttpStatus.INTERNAL_SERVER_ERROR.code()) {
      log.error("{} failed: {}", rpc, failure.status());
      return HttpError.internal();
    }
    List<Detail> faults = faults(status, request);
    if (!faults.isEmpty()) {
      error =
          error.reason().equals("INVALID_ARGUMENT")
              ? HttpError.invalid(faults)
              : error.with(faults);
    }
    return withRetryAfter(error, status);
  }

  private static HttpError ofCode(UpstreamFailure failure, String message) {
    return switch (failure.status().getCode()) {
      case INVALID_ARGUMENT, OUT_OF_RANGE, FAILED_PRECONDITION ->
          HttpError.of(HttpStatus.BAD_REQUEST, failure.status().getCode().name(), message);
      case NOT_FOUND -> HttpError.of(HttpStatus.NOT_FOUND, "NOT_FOUND", message);
      case ALREADY_EXISTS, ABORTED ->
          HttpError.of(HttpStatus.CONFLICT, failure.status().getCode().name(), message);
      case PERMISSION_DENIED -> HttpError.forbidden("PERMISSION_DENIED", message);
      case RESOURCE_EXHAUSTED ->
          HttpError.of(HttpStatus.TOO_MANY_REQUESTS, "RATE_LIMITED", message);
      // What a transport says names hosts and ports: for the log, not for the client.
      case UNAVAILABLE, CANCELLED -> {
        log.warn(
            "upstream out of reach: {} {}",
            failure.status().getCode(),
            failure.status().getDescription());
        yield HttpError.unavailable("the service is out of reach; try again");
      }
      case DEADLINE_EXCEEDED -> HttpError.deadlineExceeded();
      case OK, UNKNOWN, INTERNAL, DATA_LOSS, UNIMPLEMENTED, UNAUTHENTICATED -> HttpError.internal();
    };
  }

  private static List<Detail> faults(com.google.rpc.Status status, Descriptor request) {
    return detail(status, BadRequest.class)
        .map(BadRequest::getFieldViolationsList)
        .orElse(List.of())
        .stream()
        .map(
            fault ->
                new Detail(FieldPaths.toJson(request, fault.getField()), fault.getDescription()))
        .toList();
  }

  /// Whole seconds, rounded up; a second when nobody says.
  private static HttpError withRetryAfter(HttpError error, com.google.rpc.Status status) {
    int code = error.status().code();
    if (code != 429 && code != 503 && code != 504 && !error.reason().equals("IN_PROGRESS")) {
      return error;
    }
    Duration delay =
        detail(status, RetryInfo.class)
            .map(RetryInfo::getRetryDelay)
            .orElse(Duration.getDefaultInstance());
    long seconds = delay.getSeconds() + (delay.getNanos() > 0 ? 1 : 0);
    return error.with("Retry-After", Long.toString(Math.max(1, seconds)));
  }

  private static <M extends com.google.protobuf.Message> Optional<M> detail(
      com.google.rpc.Status status, Class<M> type) {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return Optional.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException malformed) {
          log.warn("malformed {} in a gRPC status", type.getSimpleName());
        }
      }
    }
    return Optional.empty();
  }
}
