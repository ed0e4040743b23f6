package sextant.standalone.intake;

import io.grpc.CallCredentials;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import sextant.metrics.v1.InteractionInput;
import sextant.metrics.v1.InteractionsServiceGrpc;
import sextant.metrics.v1.StreamInteractionsRequest;
import sextant.metrics.v1.StreamInteractionsResponse;

/// Where the rows of `import interactions` go.
final class InteractionUpload implements Import.Target {

  private static final int MESSAGE_ROWS = 500;

  private final Outcome outcome;
  private final Mapping mapping;
  private final Function<Row, InteractionInput> reading;
  private final Upload<StreamInteractionsRequest, StreamInteractionsResponse> upload;
  private StreamInteractionsRequest.Builder message = StreamInteractionsRequest.newBuilder();
  private List<Long> lines = new ArrayList<>();

  InteractionUpload(
      Channel channel,
      CallCredentials caller,
      Outcome outcome,
      Mapping mapping,
      Function<Row, InteractionInput> reading) {
    this.outcome = outcome;
    this.mapping = mapping;
    this.reading = reading;
    this.upload =
        new Upload<>(
            InteractionsServiceGrpc.newStub(channel).withCallCredentials(caller)
                ::streamInteractions,
            StreamInteractionsResponse::getSequence,
            this::acknowledge);
  }

  @Override
  public void check(List<String> columns) {
    mapping.check(columns);
  }

  @Override
  public void add(Row row) throws InterruptedException {
    message.addInteractions(reading.apply(row));
    lines.add(row.line());
    if (lines.size() == MESSAGE_ROWS) {
      send();
    }
  }

  private void send() throws InterruptedException {
    StreamInteractionsRequest.Builder full = message;
    upload.send(lines, sequence -> full.setSequence(sequence).build());
    message = StreamInteractionsRequest.newBuilder();
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
    return "%,d recorded, %,d already there".formatted(outcome.taken(), outcome.known());
  }

  private void acknowledge(StreamInteractionsResponse acknowledgement, List<Long> sent) {
    outcome.acknowledge(acknowledgement.getRecorded(), acknowledgement.getDuplicates());
    acknowledgement
        .getRejectedList()
        .forEach(
            rejected ->
                outcome.reject(
                    new RowRejection(
                        sent.get(Math.toIntExact(rejected.getIndex())),
                        rejected.getField(),
                        rejected.getReason())));
  }
}
