package sextant.standalone.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sextant.standalone.CommandFailure;

/// `sextant import interactions FILE`.
@Command(
    name = "interactions",
    description = {
      "Load interactions from a CSV file (first line = column names) or a JSON lines file.",
      "Safe to repeat and to continue after an interruption: rows already taken are not added twice."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footerHeading = "%nExit code: 0 all rows taken, 2 some rejected, 1 failed.%n")
final class ImportInteractions implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file;

  @Mixin private Mapping mapping;

  @Option(
      names = "--end-at",
      paramLabel = "WHEN",
      description =
          "Shift all dates by the same time so that the newest falls on WHEN: now, or an instant such as 2026-01-31T10:00:00Z. Rows that were imported before keep the dates of that time.")
  private Optional<String> endAt;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description = "Time zone of dates without one. Default: ${DEFAULT-VALUE}")
  private String zone;

  @Mixin private Import options;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Dates dates = new Dates(zone());
    return options.run(
        file,
        "metrics",
        (channel, caller, outcome) -> {
          Duration shift = shift(dates);
          RowKeys keys = new RowKeys();
          return new InteractionUpload(
              channel,
              caller,
              outcome,
              mapping,
              row -> mapping.interaction(row, dates, shift, keys));
        });
  }

  private ZoneId zone() {
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException unknown) {
      throw new CommandFailure(
          "--zone must be a time zone such as Europe/Berlin, was \"" + zone + "\"", unknown);
    }
  }

  /// How far to move all dates; reads the file once to find the newest.
  private Duration shift(Dates dates) throws IOException {
    if (endAt.isEmpty()) {
      return Duration.ZERO;
    }
    Instant target = target(dates);
    Instant newest = null;
    try (RowReader rows = options.open(file)) {
      mapping.check(rows.columns());
      for (boolean more = true; more; ) {
        try {
          Optional<Row> row = rows.next();
          more = row.isPresent();
          Instant time = more ? mapping.time(row.get(), dates) : newest;
          newest = newest == null || time != null && time.isAfter(newest) ? time : newest;
        } catch (RowRejection rejectedLater) {
          // The import itself reports it.
        }
      }
    }
    return newest == null ? Duration.ZERO : Duration.between(newest, target);
  }

  private Instant target(Dates dates) {
    if (endAt.get().equals("now")) {
      return InstantSource.system().instant();
    }
    try {
      return dates.parse(endAt.get());
    } catch (DateTimeException malformed) {
      throw new CommandFailure("--end-at must be now or " + Dates.FORMS, malformed);
    }
  }
}
