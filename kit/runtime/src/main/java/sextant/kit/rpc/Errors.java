package sextant.kit.rpc;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sextant.errors.v1.ErrorReason;
import sextant.kit.db.Database;
import sextant.kit.db.KeyedCall;

/// Turns whatever a service method threw into the status the caller sees: the only such mapping.
final class Errors {

  private static final Logger log = LoggerFactory.getLogger(Errors.class);

  private Errors() {}

  static StatusException toStatus(Throwable failure, String method) {
    return switch (failure) {
      case ApiException error -> StatusProto.toStatusException(error.toStatus());
      case StatusRuntimeException upstream
          when upstream.getStatus().getCode() != Status.Code.UNKNOWN ->
          upstream.getStatus().asException(upstream.getTrailers());
      case KeyedCall.RefusedException refused ->
          StatusProto.toStatusException(
              ApiException.of(
                      refused.isInProgress()
                          ? ErrorReason.ERROR_REASON_IN_PROGRESS
                          : ErrorReason.ERROR_REASON_KEY_REUSED,
                      refused.getMessage())
                  .toStatus());
      case Database.AbandonedException _ ->
          StatusProto.toStatusException(
              ApiException.of(
                      ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, "nobody waits for the answer")
                  .toStatus());
      default -> StatusProto.toStatusException(unexpected(failure, method).toStatus());
    };
  }

  private static ApiException unexpected(Throwable failure, String method) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLTransientConnectionException) {
        log.warn("{}: database out of reach: {}", method, cause.getMessage());
        return ApiException.of(
            ErrorReason.ERROR_REASON_UNAVAILABLE, "the database is out of reach; try again");
      }
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        ApiException known = ofSqlState(sql, method);
        if (known != null) {
          return known;
        }
      }
    }
    log.error("{} failed", method, failure);
    return ApiException.of(ErrorReason.ERROR_REASON_INTERNAL, "internal error");
  }

  private static ApiException ofSqlState(SQLException sql, String method) {
    String state = sql.getSQLState();
    if (state.startsWith("53")) {
      log.error("{}: database out of connections, disk or memory: {}", method, sql.getMessage());
      return ApiException.of(
          ErrorReason.ERROR_REASON_UNAVAILABLE, "the database has no room left; try again later");
    }
    // 08: connection, 57P: shutdown or crash.
    if (state.startsWith("08") || state.startsWith("57P")) {
      log.warn("{}: database out of reach: {}", method, sql.getMessage());
      return ApiException.of(
          ErrorReason.ERROR_REASON_UNAVAILABLE, "the database is out of reach; try again");
    }
    return switch (state) {
      case "57014" ->
          ApiException.of(
              ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, "the statement took too long");
      case "40001", "40P01" ->
          ApiException.of(
              ErrorReason.ERROR_REASON_CONFLICT, "a concurrent change interfered; try again");
      default -> null;
    };
  }
}
