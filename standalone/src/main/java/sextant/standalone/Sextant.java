package sextant.standalone;

import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import sextant.standalone.intake.ImportCommand;

/// The command line. Answers go to stdout, everything else to stderr.
@Command(
    name = "sextant",
    description = "Behavioral metrics, segments, journeys and dashboards over PostgreSQL.",
    subcommands = {UpCommand.class, ImportCommand.class, TrainCommand.class},
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1,
    synopsisSubcommandLabel = "COMMAND")
public final class Sextant {

  private Sextant() {}

  public static void main(String[] arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return new CommandLine(new Sextant())
        .setExecutionExceptionHandler(Sextant::report)
        .execute(arguments);
  }

  /// One line for what a user can mend, a stack trace for what is our fault.
  private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (!(failure instanceof CommandFailure)) {
      throw failure;
    }
    command.getErr().println("sextant: " + failure.getMessage());
    return 1;
  }
}
