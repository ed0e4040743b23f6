package sextant.standalone;

import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import sextant.standalone.demo.DemoCommand;
import sextant.standalone.doctor.DoctorCommand;
import sextant.standalone.intake.ImportCommand;
import sextant.standalone.intake.ImportEntries;
import sextant.standalone.keys.KeysCommand;

/// The command line. Answers go to stdout, everything else to stderr.
@Command(
    name = "sextant",
    description = "Behavioral metrics, segments, journeys and dashboards over PostgreSQL.",
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      ImportCommand.class,
      KeysCommand.class,
      TokenCommand.class,
      DoctorCommand.class,
      TrainCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Sextant {

  private Sextant() {}

  public static void main(String[] arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    CommandLine command = new CommandLine(new Sextant());
    ImportEntries.addTo(command.getSubcommands().get("import"));
    return command
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Sextant::report)
        .setParameterExceptionHandler(Sextant::reportMisuse);
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

  private static int reportMisuse(ParameterException misuse, String[] arguments) {
    CommandLine command = misuse.getCommandLine();
    command.getErr().println("sextant: " + misuse.getMessage());
    command.getErr().println("./" + command.getCommandSpec().qualifiedName() + " --help says more");
    return 1;
  }
}
