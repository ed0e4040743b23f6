package sextant.journeys.upstream;

import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerTokens;

/// Makes stubs call as this service, on behalf of a tenant and for a limited time.
record Mesh(CallerTokens tokens) {

  private static final String NAME = "journeys";

  <S extends AbstractStub<S>> S as(String tenantId, S stub, Duration limit) {
    return stub.withCallCredentials(tokens.credentials(Caller.service(NAME, tenantId)))
        .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
