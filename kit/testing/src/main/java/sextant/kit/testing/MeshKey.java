package sextant.kit.testing;

import io.grpc.stub.AbstractStub;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import sextant.access.v1.Role;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerTokens;

/// The mesh key of tests, and stubs that call as somebody.
public final class MeshKey {

  public static final byte[] BYTES = "a mesh key for tests only".getBytes(StandardCharsets.UTF_8);

  private MeshKey() {}

  public static CallerTokens tokens(InstantSource time) {
    return new CallerTokens(List.of(BYTES), time);
  }

  /// `stub`, calling for `tenant` with `role`.
  public static <S extends AbstractStub<S>> S as(
      S stub, InstantSource time, String tenant, Role role) {
    return stub.withCallCredentials(
        tokens(time).credentials(new Caller(tenant, role, "test", "test")));
  }
}
