package sextant.standalone.intake;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What became of the rows so far: counts, and the rejected ones with their lines.
final class Outcome implements AutoCloseable {

  private static final int SHOWN = 20;

  private final Optional<PrintWriter> file;
  private final List<RowRejection> first = new ArrayList<>();
  private long taken;
  private long known;
  private long rejected;

  /// Writes all rejections to `file`, if there is one, as CSV.
  Outcome(Optional<Path> file) {
    this.file = file.map(Outcome::open);
  }

  private static PrintWriter open(Path path) {
    try {
      PrintWriter writer = new PrintWriter(Files.newBufferedWriter(path));
      writer.println("line,field,reason");
      return writer;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  synchronized void acknowledge(long newlyTaken, long knownBefore) {
    taken += newlyTaken;
    known += knownBefore;
  }

  void reject(RowRejection rejection) {
    reject(List.of(rejection));
  }

  /// One row, with all that is wrong with it.
  synchronized void reject(List<RowRejection> faults) {
    rejected++;
    if (rejected <= SHOWN) {
      first.addAll(faults);
    }
    file.ifPresent(writer -> faults.forEach(fault -> write(writer, fault)));
  }

  private static void write(PrintWriter writer, RowRejection fault) {
    writer.printf("%d,%s,%s%n", fault.line(), quoted(fault.field()), quoted(fault.getMessage()));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  /// Rows that are new.
  synchronized long taken() {
    return taken;
  }

  /// Rows that were there before.
  synchronized long known() {
    return known;
  }

  synchronized long rejected() {
    return rejected;
  }

  /// Rows whose fate is known.
  synchronized long rows() {
    return taken + known + rejected;
  }

  /// The first rejections by line, and how many more there are.
  synchronized List<String> rejections() {
    List<String> lines = new ArrayList<>();
    first.stream()
        .sorted(Comparator.comparingLong(RowRejection::line))
        .map(row -> "line %d: %s: %s".formatted(row.line(), row.field(), row.getMessage()))
        .forEach(lines::add);
    if (rejected > SHOWN) {
      lines.add(
          "and %,d more%s"
              .formatted(
                  rejected - SHOWN,
                  file.isPresent() ? "" : "; --rejects FILE writes all of them to a file"));
    }
    return lines;
  }

  @Override
  public void close() {
    file.ifPresent(PrintWriter::close);
  }
}
