package sextant.standalone.intake;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sextant import`: what can be imported.
@Command(
    name = "import",
    description = "Load a file into a running mesh.",
    subcommands = {ImportInteractions.class, ImportRows.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class ImportCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to import: " + String.join(", ", spec.subcommands().keySet()));
  }
}
