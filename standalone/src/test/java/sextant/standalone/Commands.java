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

  /// Customers of a coffee shop, as JSON lines.
  public static final Path CUSTOMERS =
      Path.of("../segment-service/src/test/resources/customers.jsonl.gz");

  /// `import interactions FILE --port ... OPTIONS`, options separated by blanks.
  public static Result importInteractions(MeshExtension mesh, Path file, String options) {
    return runOn(mesh, "import interactions " + file + " " + options);
  }

  /// `import rows SCHEMA FILE --port ... OPTIONS`, options separated by blanks.
  public static Result importRows(MeshExtension mesh, String schema, Path file, String options) {
    return runOn(mesh, "import rows " + schema + " " + file + " " + options);
  }

  /// `import KIND FILE --port ... OPTIONS`, options separated by blanks.
  public static Result importEntries(MeshExtension mesh, String kind, Path file, String options) {
    return runOn(mesh, "import " + kind + " " + file + " " + options);
  }

  /// `demo --port ... OPTIONS`, options separated by blanks.
  public static Result demo(MeshExtension mesh, String options) {
    return runOn(mesh, "demo " + options);
  }

  private static Result runOn(MeshExtension mesh, String line) {
    mesh.leaveRunFile();
    return run((line.strip() + " --port " + mesh.mesh().port()).split(" +"));
  }
}
