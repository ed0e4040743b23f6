package sextant.standalone.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sextant.segments.v1.Schema;
import sextant.segments.v1.WriteMode;

/// `sextant import rows SCHEMA FILE`.
@Command(
    name = "rows",
    description = {
      "Load rows of a customer table from a CSV file (first line = column names) or a JSON lines file.",
      "An empty CSV cell is no value. Safe to repeat and to continue after an interruption."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footerHeading = "%nExit code: 0 all rows taken, 2 some rejected, 1 failed.%n")
final class ImportRows implements Callable<Integer> {

  /// What happens to a row whose primary key is there.
  enum Mode {
    UPSERT,
    INSERT
  }

  @Parameters(
      index = "0",
      paramLabel = "SCHEMA",
      description = "Name or id of the schema, which has to exist.")
  private String schema;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file.")
  private Path file;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "upsert",
      description =
          "What happens to a row whose primary key is there: upsert replaces the values that the file has, insert leaves it as it is. Default: ${DEFAULT-VALUE}")
  private Mode mode;

  @Mixin private Columns columns;

  @Mixin private Import options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    return options.run(
        file,
        "segments",
        (channel, caller, outcome) -> {
          Schema found = new SchemaCatalog(channel, caller).find(schema);
          return new RowUpload(channel, caller, outcome, found, columns, writeMode());
        });
  }

  private WriteMode writeMode() {
    return switch (mode) {
      case UPSERT -> WriteMode.WRITE_MODE_UPSERT;
      case INSERT -> WriteMode.WRITE_MODE_INSERT;
    };
  }
}
