package sextant.gateway.error;

import io.grpc.Metadata;
import io.grpc.Status;

/// An upstream call that ended with something else than OK.
public final class UpstreamFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Status status;
  private final transient Metadata trailers;

  public UpstreamFailure(Status status, Metadata trailers) {
    super(status.toString(), status.getCause(), false, false);
    this.status = status;
    this.trailers = trailers;
  }

  Status status() {
    return status;
  }

  Metadata trailers() {
    return trailers;
  }
}
