package sextant.standalone.intake;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sextant.segments.v1.RejectedRow;
import sextant.segments.v1.RowsServiceGrpc;
import sextant.segments.v1.Schema;
import sextant.segments.v1.StreamRowsRequest;
import sextant.segments.v1.StreamRowsResponse;
import sextant.segments.v1.WriteMode;

/// Where the rows of `import rows` go.
final class RowUpload implements Import.Target {

  private static final int MESSAGE_ROWS = 5_000;
  private static final int MESSAGE_BYTES = 1 << 20;

  /// What fits a gRPC message of the service.
  private static final int ROW_BYTES = 15 << 20;

  private final Outcome outcome;
  private final Schema schema;
  private final Columns columns;
  private final WriteMode mode;
  private final Upload<StreamRowsRequest, StreamRowsResponse> upload;
  private StringBuilder message = new StringBuilder();
  private List<Long> lines = new ArrayList<>();

  /// Whether cells are text, whatever their field's type.
  private boolean text;

  RowUpload(
      Channel channel,
      CallCredentials caller,
      Outcome outcome,
      Schema schema,
      Columns columns,
      WriteMode mode) {
    this.outcome = outcome;
    this.schema = schema;
    this.columns = columns;
    this.mode = mode;
    this.upload =
        new Upload<>(
            RowsServiceGrpc.newStub(channel).withCallCredentials(caller)::streamRows,
            StreamRowsResponse::getSequence,
            this::acknowledge);
  }

  @Override
  public void check(List<String> known) {
    text = !known.isEmpty();
    if (text) {
      columns.check(known, schema);
    }
  }

  @Override
  public void add(Row row) throws InterruptedException {
    String json = json(row);
    if (json.length() > ROW_BYTES) {
      throw new RowRejection(row.line(), "row", "is larger than %,d bytes".formatted(ROW_BYTES));
    }
    if (lines.size() == MESSAGE_ROWS
        || !lines.isEmpty() && message.length() + json.length() > MESSAGE_BYTES) {
      send();
    }
    message.append(lines.isEmpty() ? '[' : ',').append(json);
    lines.add(row.line());
  }

  private String json(Row row) {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = JsonRows.MAPPER.createGenerator(json)) {
      // So characters are bytes, and half a surrogate pair arrives as such and is refused.
      generator.enable(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature());
      row.writeAll(generator, columns::field);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return json.toString();
  }

  private void send() throws InterruptedException {
    String rows = message.append(']').toString();
    upload.send(
        lines,
        sequence ->
            StreamRowsRequest.newBuilder()
                .setSequence(sequence)
                .setSchemaId(schema.getId())
                .setMode(mode)
                .setTextValues(text)
                .setRows(rows)
                .build());
    message = new StringBuilder();
    lines = new ArrayList<>();
  }

  @Override
  public void finish() throws InterruptedException {
    if (!lines.isEmpty()) {
      send();
    }
    upload.finish();
  }

  @Override
  public String summary() {
    return mode == WriteMode.WRITE_MODE_UPSERT
        ? "%,d inserted, %,d updated".formatted(outcome.taken(), outcome.known())
        : "%,d inserted, %,d already there".formatted(outcome.taken(), outcome.known());
  }

  private void acknowledge(StreamRowsResponse acknowledgement, List<Long> sent) {
    outcome.acknowledge(
        acknowledgement.getInserted(), acknowledgement.getUpdated() + acknowledgement.getSkipped());
    acknowledgement.getRejectedList().stream()
        .collect(Collectors.groupingBy(RejectedRow::getIndex, TreeMap::new, Collectors.toList()))
        .forEach((index, faults) -> outcome.reject(rejections(sent.get(index), faults)));
  }

  private static List<RowRejection> rejections(long line, List<RejectedRow> faults) {
    return faults.stream()
        .map(
            fault ->
                new RowRejection(
                    line, fault.getField().isEmpty() ? "row" : fault.getField(), fault.getReason()))
        .toList();
  }
}
