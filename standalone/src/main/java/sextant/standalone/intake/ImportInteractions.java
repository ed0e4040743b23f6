package sextant.standalone.intake;

import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
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
import sextant.kit.TenantId;
import sextant.kit.mesh.Channels;
import sextant.kit.rpc.Caller;
import sextant.standalone.CommandFailure;
import sextant.standalone.RunFile;

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

  private static final int SOME_REJECTED = 2;

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file;

  @Mixin private Mapping mapping;

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      defaultValue = "my-tenant",
      description = "Whose interactions they are. Default: ${DEFAULT-VALUE}")
  private String tenant;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port of the mesh. Default: ${DEFAULT-VALUE}")
  private int port;

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

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      defaultValue = ",",
      description = "What separates CSV cells. Default: a comma, a tab in *.tsv")
  private char delimiter;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Write all rejected rows with line and reason to this file.")
  private Optional<Path> rejects;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!TenantId.isValid(tenant)) {
      throw new CommandFailure("--tenant must be " + TenantId.RULE);
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new CommandFailure("cannot read the file " + file);
    }
    Dates dates = new Dates(zone());
    RunFile mesh = RunFile.require(port);
    Duration shift = shift(dates);
    CallCredentials caller = mesh.callerTokens().credentials(Caller.service("import", tenant));
    ManagedChannel channel = Channels.open(mesh.grpcTargets().get("metrics"));
    try (Outcome outcome = new Outcome(rejects)) {
      load(new Upload(channel, caller, outcome), outcome, dates, shift);
      outcome.rejections().forEach(System.err::println);
      return outcome.rejected() == 0 ? 0 : SOME_REJECTED;
    } finally {
      channel.shutdownNow();
    }
  }

  private ZoneId zone() {
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException unknown) {
      throw new CommandFailure(
          "--zone must be a time zone such as Europe/Berlin, was \"" + zone + "\"", unknown);
    }
  }

  private void load(Upload upload, Outcome outcome, Dates dates, Duration shift)
      throws IOException, InterruptedException {
    try (RowReader rows = RowReader.open(file, delimiter);
        Progress progress =
            new Progress(Files.size(file), Boolean.getBoolean("sextant.terminal"))) {
      mapping.check(rows.columns());
      RowKeys keys = new RowKeys();
      boolean more = true;
      while (more) {
        try {
          Optional<Row> row = rows.next();
          if (row.isPresent()) {
            upload.add(row.get().line(), mapping.interaction(row.get(), dates, shift, keys));
          }
          more = row.isPresent();
        } catch (RowRejection rejection) {
          outcome.reject(rejection);
        }
        progress.show(outcome.rows(), rows.bytesRead());
      }
      upload.finish();
      System.out.printf(
          "%,d recorded, %,d already there, %,d rejected, in %.1f s%n",
          outcome.recorded(), outcome.duplicates(), outcome.rejected(), progress.seconds());
    } catch (CharacterCodingException malformed) {
      throw new CommandFailure("the file is not UTF-8 text", malformed);
    } catch (StatusRuntimeException lost) {
      throw new CommandFailure(
          "the import ended early (%s) after %,d acknowledged rows. Repeat the command: rows already taken are not added twice."
              .formatted(
                  lost.getStatus().getDescription() == null
                      ? lost.getStatus().getCode()
                      : lost.getStatus().getCode() + ": " + lost.getStatus().getDescription(),
                  outcome.recorded() + outcome.duplicates()),
          lost);
    }
  }

  /// How far to move all dates; reads the file once to find the newest.
  private Duration shift(Dates dates) throws IOException {
    if (endAt.isEmpty()) {
      return Duration.ZERO;
    }
    Instant target = target(dates);
    Instant newest = null;
    try (RowReader rows = RowReader.open(file, delimiter)) {
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
