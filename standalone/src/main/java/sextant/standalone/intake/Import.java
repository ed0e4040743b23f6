package sextant.standalone.intake;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import sextant.kit.TenantId;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerCredentials;
import sextant.kit.rpc.Channels;
import sextant.standalone.CommandFailure;
import sextant.standalone.RunFile;

/// What all imports have in common: for whom, into which mesh, and what becomes of bad rows.
final class Import {

  private static final int SOME_REJECTED = 2;

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      defaultValue = "my-tenant",
      description = "Whose data it is. Default: ${DEFAULT-VALUE}")
  private String tenant;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Port of the mesh. Default: ${DEFAULT-VALUE}")
  private int port;

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

  /// Where rows go.
  interface Target {

    /// Fails when a file with these columns cannot be imported; none means that each row has its
    /// own.
    void check(List<String> columns);

    /// Takes a row, or throws [RowRejection]. Waits when too many are on their way.
    void add(Row row) throws InterruptedException;

    /// Waits until everything is durable.
    void finish() throws InterruptedException;

    /// What became of the rows that were not rejected.
    String summary();
  }

  @FunctionalInterface
  interface Opening {
    Target open(Channel channel, CallCredentials caller, Outcome outcome) throws IOException;
  }

  /// The rows of `file`.
  RowReader open(Path file) throws IOException {
    return RowReader.open(file, delimiter);
  }

  /// Moves the rows of `file` to a service of the mesh. Answers the exit code.
  int run(Path file, String service, Opening target) throws IOException, InterruptedException {
    if (!TenantId.isValid(tenant)) {
      throw new CommandFailure("--tenant must be " + TenantId.RULE);
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new CommandFailure("cannot read the file " + file);
    }
    RunFile mesh = RunFile.require(port);
    CallCredentials caller =
        new CallerCredentials(mesh.callerTokens(), Caller.service("import", tenant));
    ManagedChannel channel = Channels.open(mesh.grpcTargets().get(service));
    try (Outcome outcome = new Outcome(rejects)) {
      move(file, target.open(channel, caller, outcome), outcome);
      outcome.rejections().forEach(System.err::println);
      return outcome.rejected() == 0 ? 0 : SOME_REJECTED;
    } catch (CharacterCodingException malformed) {
      throw new CommandFailure("the file is not UTF-8 text", malformed);
    } finally {
      channel.shutdownNow();
    }
  }

  private void move(Path file, Target target, Outcome outcome)
      throws IOException, InterruptedException {
    try (RowReader rows = open(file);
        Progress progress =
            new Progress(Files.size(file), Boolean.getBoolean("sextant.terminal"))) {
      target.check(rows.columns());
      boolean more = true;
      while (more) {
        try {
          Optional<Row> row = rows.next();
          if (row.isPresent()) {
            target.add(row.get());
          }
          more = row.isPresent();
        } catch (RowRejection rejection) {
          outcome.reject(rejection);
        }
        progress.show(outcome.rows(), rows.bytesRead());
      }
      target.finish();
      System.out.printf(
          "%s, %,d rejected, in %.1f s%n",
          target.summary(), outcome.rejected(), progress.seconds());
    } catch (StatusRuntimeException lost) {
      throw new CommandFailure(
          "the import ended early (%s) after %,d acknowledged rows. Repeat the command: rows already taken are not added twice."
              .formatted(reason(lost), outcome.taken() + outcome.known()),
          lost);
    }
  }

  private static String reason(StatusRuntimeException lost) {
    return lost.getStatus().getDescription() == null
        ? lost.getStatus().getCode().toString()
        : lost.getStatus().getCode() + ": " + lost.getStatus().getDescription();
  }
}
