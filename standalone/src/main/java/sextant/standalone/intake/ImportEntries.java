package sextant.standalone.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sextant import traces FILE`, and the same for every kind of decision data.
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footerHeading = "%nExit code: 0 all rows taken, 2 some rejected, 1 failed.%n")
public final class ImportEntries implements Callable<Integer> {

  private final EntryKind kind;

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file;

  @Mixin private Import options;

  private ImportEntries(EntryKind kind) {
    this.kind = kind;
  }

  /// Adds a subcommand for each kind to `command`.
  public static void addTo(CommandLine command) {
    for (EntryKind kind : EntryKind.ALL) {
      CommandLine added = new CommandLine(new ImportEntries(kind));
      added
          .getCommandSpec()
          .usageMessage()
          .description(
              "Load %s from a JSON lines file, or from a CSV file whose first line names fields."
                  .formatted(kind.words()),
              "Fields are those of POST /api/v1/%s; a CSV cell of a list or object is JSON."
                  .formatted(kind.name().equals("traces") ? "decision-traces" : kind.name()),
              "Safe to repeat: a row without an id gets one that follows from what it says.");
      command.addSubcommand(kind.name(), added);
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run(
        file,
        "dashboard",
        (channel, caller, outcome) -> new EntryUpload(kind, channel, caller, outcome));
  }
}
