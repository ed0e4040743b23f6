package sextant.standalone;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Runs commands of the command line in this JVM, against the mesh of a [MeshExtension].
public final class Commands {

  /// The purchases of a CD shop, 2021 and 2022.
  public static final Path PURCHASES =
      Path.of("../metrics-service/src/test/resources/purchases.csv");

  /// What a command left behind.
  public record Result(int exitCode, String out, String err) {}

  private Commands() {}

  /// Runs a command that stands alone, such as one with a wrong option.
  public static Result run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Sextant.run(arguments);
      return new Result(
          exitCode,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /// `import interactions FILE --port ... OPTIONS`, options separated by blanks.
  public static Result importInteractions(MeshExtension mesh, Path file, String options) {
    mesh.leaveRunFile();
    String line =
        "import interactions %s --port %d %s".formatted(file, mesh.mesh().port(), options);
    return run(line.strip().split(" +"));
  }
}
