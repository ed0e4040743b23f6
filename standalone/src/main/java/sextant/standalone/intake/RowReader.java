package sextant.standalone.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads the rows of an input file, in order.
interface RowReader extends AutoCloseable {

  /// The next row, or empty at the end. Throws [RowRejection] for a row that cannot be read, after
  /// which reading goes on.
  Optional<Row> next() throws IOException;

  /// Columns the file is known to have; empty when each row brings its own.
  List<String> columns();

  /// How much of the file was read, for progress.
  long bytesRead();

  @Override
  void close() throws IOException;

  /// By extension, else by the first character: a JSON line starts with `{`.
  static RowReader open(Path file, char delimiter) throws IOException {
    CountingInput input = CountingInput.open(file);
    String name = file.getFileName().toString().toLowerCase(java.util.Locale.ROOT);
    boolean json =
        name.endsWith(".jsonl")
            || name.endsWith(".ndjson")
            || name.endsWith(".json")
            || !name.endsWith(".csv") && !name.endsWith(".tsv") && input.startsWith('{');
    return json
        ? new JsonRows(input)
        : new CsvRows(input, name.endsWith(".tsv") ? '\t' : delimiter);
  }
}
