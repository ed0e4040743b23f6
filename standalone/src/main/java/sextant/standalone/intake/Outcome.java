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
  private long recorded;
  private long duplicates;
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

  synchronized void acknowledge(long newlyRecorded, long alreadyThere) {
    recorded += newlyRecorded;
    duplicates += alreadyThere;
  }

  synchronized void reject(RowRejection rejection) {
    rejected++;
    if (first.size() < SHOWN) {
      first.add(rejection);
    }
    file.ifPresent(
        writer ->
            writer.printf(
                "%d,%s,%s%n",
                rejection.line(), quoted(rejection.field()), quoted(rejection.getMessage())));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  synchronized long recorded() {
    return recorded;
  }

  synchronized long duplicates() {
    return duplicates;
  }

  synchronized long rejected() {
    return rejected;
  }

  /// Rows whose fate is known.
  synchronized long rows() {
    return recorded + duplicates + rejected;
  }

  /// The first rejections by line, and how many more there are.
  synchronized List<String> rejections() {
    List<String> lines = new ArrayList<>();
    first.stream()
        .sorted(Comparator.comparingLong(RowRejection::line))
        .map(row -> "line %d: %s: %s".formatted(row.line(), row.field(), row.getMessage()))
        .forEach(lines::add);
    if (rejected > first.size()) {
      lines.add(
          "and %,d more%s"
              .formatted(
                  rejected - first.size(),
                  file.isPresent() ? "" : "; --rejects FILE writes all of them to a file"));
    }
    return lines;
  }

  @Override
  public void close() {
    file.ifPresent(PrintWriter::close);
  }
}
