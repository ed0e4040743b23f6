package sextant.kit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import sextant.errors.v1.ErrorReason;

/// Asserts that a gRPC call is refused as the contract says.
public final class RpcAssertions {

  /// A refusal: its reason, message and the faulty fields as `path: message`.
  public record Refusal(ErrorReason reason, String message, List<String> fields) {}

  private RpcAssertions() {}

  /// The refusal of `call`, which must have `reason`.
  public static Refusal assertRefused(ErrorReason reason, ThrowingCallable call) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(failure).as("the call should be refused with " + reason).isNotNull();
    Refusal refusal = refusal(failure);
    assertThat(refusal.reason()).as(failure.toString()).isEqualTo(reason);
    return refusal;
  }

  private static Refusal refusal(StatusRuntimeException failure) {
    Status status = StatusProto.fromThrowable(failure);
    ErrorReason reason = ErrorReason.ERROR_REASON_UNSPECIFIED;
    List<String> fields = new ArrayList<>();
    try {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          reason =
              ErrorReason.valueOf("ERROR_REASON_" + detail.unpack(ErrorInfo.class).getReason());
        } else if (detail.is(BadRequest.class)) {
          detail
              .unpack(BadRequest.class)
              .getFieldViolationsList()
              .forEach(fault -> fields.add(fault.getField() + ": " + fault.getDescription()));
        }
      }
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError("malformed error details", malformed);
    }
    return new Refusal(reason, status.getMessage(), fields);
  }
}
