package sextant.standalone.intake;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;
import sextant.kit.TenantId;
import sextant.kit.config.Env;
import sextant.kit.mesh.Channels;
import sextant.kit.mesh.MeshTls;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.CallerTokens;
import sextant.kit.rpc.RpcServer;
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
      names = "--target",
      paramLabel = "TARGET",
      description =
          "Where the service listens for gRPC, for a mesh that was not started by ./sextant up: "
              + "host:port, dns:///host:port or host:port;host:port. Needs SEXTANT_MESH_KEY, and "
              + "SEXTANT_MESH_TLS when the mesh has certificates.")
  private Optional<String> address;

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
    CallCredentials caller = callerTokens().credentials(Caller.service("import", tenant));
    ManagedChannel channel = connect(service);
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

  private CallerTokens callerTokens() {
    if (address.isEmpty()) {
      return RunFile.require(port).callerTokens();
    }
    return new CallerTokens(setting(CallerTokens::keys), InstantSource.system());
  }

  private ManagedChannel connect(String service) {
    if (address.isEmpty()) {
      return Channels.open(RunFile.require(port).grpcTargets().get(service));
    }
    Optional<MeshTls> tls = setting(RpcServer.Binding::tls);
    try {
      return Channels.open(address.get(), tls);
    } catch (IllegalArgumentException malformed) {
      throw new CommandFailure("--target: " + malformed.getMessage(), malformed);
    }
  }

  /// What services read from their environment.
  private static <T> T setting(Function<Env, T> read) {
    Env env = Env.system();
    T value = read.apply(env);
    try {
      env.check();
    } catch (IllegalArgumentException wrong) {
      throw new CommandFailure(wrong.getMessage(), wrong);
    }
    return value;
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
