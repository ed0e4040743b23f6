package sextant.standalone;

import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sextant.access.v1.Role;
import sextant.kit.TenantId;
import sextant.kit.rpc.Caller;

/// `sextant token`: lets a person call the gRPC services of a running mesh by hand.
@Command(
    name = "token",
    description = {
      "Print a caller token for a direct gRPC call, valid for two minutes:",
      "the value of the metadata key sextant-caller-bin."
    },
    mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {

  /// The roles a person can have.
  enum PersonRole {
    viewer,
    editor,
    admin
  }

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      defaultValue = "my-tenant",
      description = "Whose data is meant. Default: ${DEFAULT-VALUE}")
  private String tenant;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "admin",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private PersonRole role;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port of the mesh. Default: ${DEFAULT-VALUE}")
  private int port;

  @Override
  public Integer call() {
    if (!TenantId.isValid(tenant)) {
      throw new CommandFailure("--tenant must be " + TenantId.RULE);
    }
    Role granted = Role.valueOf("ROLE_" + role.name().toUpperCase(Locale.ROOT));
    byte[] token =
        RunFile.require(port)
            .callerTokens()
            .sign(new Caller(tenant, granted, "command line", "command-line"));
    System.out.println(Base64.getEncoder().withoutPadding().encodeToString(token));
    return 0;
  }
}
