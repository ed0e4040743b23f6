package sextant.standalone.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import sextant.standalone.CommandFailure;

/// CSV with a header line, quoted as RFC 4180 says.
final class CsvRows implements RowReader {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /// A number as JSON writes it; `007` is a text.
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?");

  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  private final CountingInput input;
  private final CloseableIterator<CsvRecord> records;
  private final List<String> columns;
  private final Map<String, Integer> indexes = new HashMap<>();

  CsvRows(CountingInput input, char delimiter) throws IOException {
    this.input = input;
    this.records =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            // Else one forgotten quote would swallow the rest of the file.
            .allowUnclosedQuote(false)
            .ofCsvRecord(input.text())
            .iterator();
    this.columns = header();
    for (String column : columns) {
      if (column.isEmpty() || indexes.put(column, indexes.size()) != null) {
        throw new CommandFailure(
            column.isEmpty()
                ? "the header line has a column without a name"
                : "the header line names the column " + column + " twice");
      }
    }
  }

  private List<String> header() throws IOException {
    List<String> names =
        advance()
            .orElseThrow(
                () ->
                    new CommandFailure("the file is empty; its first line should name the columns"))
            .getFields();
    return names.stream().map(name -> name.replace(BYTE_ORDER_MARK, "").strip()).toList();
  }

  private Optional<CsvRecord> advance() throws IOException {
    try {
      return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    } catch (CsvParseException malformed) {
      throw new CommandFailure("the file is not CSV: " + malformed.getMessage(), malformed);
    }
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public long bytesRead() {
    return input.count();
  }

  @Override
  public Optional<Row> next() throws IOException {
    Optional<CsvRecord> row = advance();
    if (row.isPresent() && row.get().getFieldCount() != columns.size()) {
      throw new RowRejection(
          row.get().getStartingLineNumber(),
          "row",
          "has %d cells, the header line has %d"
              .formatted(row.get().getFieldCount(), columns.size()));
    }
    return row.map(cells -> new CsvRow(this, cells));
  }

  @Override
  public void close() throws IOException {
    records.close();
  }

  private record CsvRow(CsvRows file, CsvRecord cells) implements Row {

    @Override
    public long line() {
      return cells.getStartingLineNumber();
    }

    @Override
    public String text(String column) {
      Integer index = file.indexes.get(column);
      return index == null ? "" : cells.getField(index).strip();
    }

    @Override
    public void writeOthers(JsonGenerator json, Set<String> mapped) throws IOException {
      for (int index = 0; index < file.columns.size(); index++) {
        String column = file.columns.get(index);
        String text = cells.getField(index).strip();
        if (text.isEmpty() || mapped.contains(column)) {
          continue;
        }
        json.writeFieldName(column);
        if (isNumber(text)) {
          json.writeNumber(text);
        } else {
          json.writeString(text);
        }
      }
    }

    @Override
    public void writeAll(JsonGenerator json, UnaryOperator<String> names) throws IOException {
      json.writeStartObject();
      for (int index = 0; index < file.columns.size(); index++) {
        String name = names.apply(file.columns.get(index));
        String text = cells.getField(index);
        if (name != null && text.isEmpty()) {
          json.writeNullField(name);
        } else if (name != null) {
          json.writeStringField(name, text);
        }
      }
      json.writeEndObject();
    }

    @Override
    public String content() {
      StringBuilder content = new StringBuilder();
      for (int index = 0; index < file.columns.size(); index++) {
        content
            .append(file.columns.get(index))
            .append('\0')
            .append(cells.getField(index))
            .append('\0');
      }
      return content.toString();
    }
  }
}
