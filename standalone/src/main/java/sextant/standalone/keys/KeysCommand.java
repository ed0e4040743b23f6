package sextant.standalone.keys;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sextant keys`: the API keys of a tenant of a mesh on this machine.
@Command(
    name = "keys",
    description = {
      "Create, list and revoke API keys of a mesh that runs on this machine.",
      "Whoever can read its mesh key may; gateways elsewhere have /api/v1/api-keys."
    },
    subcommands = {CreateKey.class, ListKeys.class, RevokeKey.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class KeysCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with keys: create, list or revoke");
  }
}
