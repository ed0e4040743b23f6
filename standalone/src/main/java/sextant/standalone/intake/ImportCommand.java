package sextant.standalone.intake;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sextant import`: what can be imported.
@Command(
    name = "import",
    description = "Load a file into a running mesh.",
    subcommands = ImportInteractions.class,
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1,
    synopsisSubcommandLabel = "COMMAND")
public final class ImportCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to import: interactions");
  }
}
