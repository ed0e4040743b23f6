package sextant.standalone.keys;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import sextant.access.v1.RevokeApiKeyRequest;

/// `sextant keys revoke`.
@Command(
    name = "revoke",
    description = "Revoke a key for good. Every gateway refuses it within 15 seconds.",
    mixinStandardHelpOptions = true)
final class RevokeKey implements Callable<Integer> {

  @Mixin private KeyAdministration keys;

  @Parameters(paramLabel = "ID", description = "Id of the key, as create and list show it.")
  private String id;

  @Override
  public Integer call() {
    keys.call(service -> service.revokeApiKey(RevokeApiKeyRequest.newBuilder().setId(id).build()));
    System.err.println("revoked " + id);
    return 0;
  }
}
