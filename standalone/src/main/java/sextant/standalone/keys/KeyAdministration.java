package sextant.standalone.keys;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.function.Function;
import picocli.CommandLine.Option;
import sextant.access.v1.KeysServiceGrpc;
import sextant.access.v1.KeysServiceGrpc.KeysServiceBlockingStub;
import sextant.access.v1.Role;
import sextant.kit.TenantId;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.Caller;
import sextant.standalone.CommandFailure;
import sextant.standalone.RunFile;

/// Whose keys, in which mesh; and the call as an administrator of that tenant.
final class KeyAdministration {

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      defaultValue = "my-tenant",
      description = "Whose keys. Default: ${DEFAULT-VALUE}")
  private String tenant;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port of the mesh. Default: ${DEFAULT-VALUE}")
  private int port;

  <T> T call(Function<KeysServiceBlockingStub, T> work) {
    if (!TenantId.isValid(tenant)) {
      throw new CommandFailure("--tenant must be " + TenantId.RULE);
    }
    RunFile mesh = RunFile.require(port);
    String target = mesh.grpcTargets().get("access");
    if (target == null) {
      throw new CommandFailure("the mesh on port " + port + " is of an older version: restart it");
    }
    ManagedChannel channel = Channels.open(target);
    try {
      Caller caller = new Caller(tenant, Role.ROLE_ADMIN, "command line", "command-line");
      return work.apply(
          KeysServiceGrpc.newBlockingStub(channel)
              .withCallCredentials(mesh.callerTokens().credentials(caller)));
    } catch (StatusRuntimeException refused) {
      throw new CommandFailure(refused.getStatus().getDescription(), refused);
    } finally {
      channel.shutdownNow();
    }
  }

  String tenant() {
    return tenant;
  }
}
