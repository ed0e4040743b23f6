package sextant.segments.rows;

import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.segments.rows.RowReader.Rows;
import sextant.segments.rows.RowRepository.Written;
import sextant.segments.v1.RejectedRow;
import sextant.segments.v1.Schema;
import sextant.segments.v1.StreamRowsRequest;
import sextant.segments.v1.StreamRowsResponse;
import sextant.segments.value.BadValue;

/// One bulk load: a transaction and an acknowledgement per message. While a message is being
/// written the next one is read; gRPC takes no further one from the network before that, so a slow
/// database slows its client.
final class RowStream implements StreamObserver<StreamRowsRequest> {

  private static final int MAX_ROWS = 10_000;
  private static final ExecutorService WRITERS = Executors.newVirtualThreadPerTaskExecutor();

  private final RowsService service;
  private final Caller caller;
  private final StreamObserver<StreamRowsResponse> out;
  private Schema schema;
  private RowReader reader;
  private RowWriter writer;
  private Future<?> write = CompletableFuture.completedFuture(null);
  private volatile boolean failed;

  RowStream(RowsService service, Caller caller, StreamObserver<StreamRowsResponse> out) {
    this.service = service;
    this.caller = caller;
    this.out = out;
  }

  @Override
  public void onNext(StreamRowsRequest request) {
    if (failed) {
      return;
    }
    try {
      if (schema == null) {
        open(request);
      }
      Rows read = read(request.getRows());
      awaitWrite();
      write = WRITERS.submit(() -> acknowledge(request.getSequence(), read));
    } catch (RuntimeException failure) {
      awaitWrite();
      fail(failure);
    }
  }

  private void acknowledge(long sequence, Rows read) {
    try {
      if (!failed) {
        out.onNext(write(sequence, read));
      }
    } catch (RuntimeException failure) {
      fail(failure);
    }
  }

  /// Ends the call; what is still on its way is not looked at.
  private void fail(RuntimeException failure) {
    if (!failed) {
      failed = true;
      out.onError(Unary.failure(failure, "StreamRows " + caller.requestId()));
    }
  }

  /// Afterwards nobody but this thread answers the client.
  private void awaitWrite() {
    try {
      write.get();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("failures end the call and go nowhere else", impossible);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing rows", interrupted);
    }
  }

  private void open(StreamRowsRequest first) {
    if (first.getSchemaId().isEmpty()) {
      throw ApiException.invalid("schema_id", "is required in the first message");
    }
    schema = service.inSchema(caller.tenantId(), first.getSchemaId(), (db, found) -> found);
    reader = new RowReader(schema, first.getTextValues());
    writer = new RowWriter(service.rows, schema, first.getMode());
  }

  private StreamRowsResponse write(long sequence, Rows read) {
    List<RejectedRow> rejected = new ArrayList<>();
    read.faults()
        .forEach(fault -> rejected.add(rejected(fault.index(), fault.field(), fault.message())));
    Written written =
        service.inSchema(
            caller.tenantId(),
            schema.getId(),
            (tx, current) ->
                writer.writePossible(
                    tx,
                    read.good(),
                    (row, field) ->
                        rejected.add(
                            rejected(row.index(), field, "must be unique, another row has it"))));
    return StreamRowsResponse.newBuilder()
        .setSequence(sequence)
        .setInserted(written.inserted())
        .setUpdated(written.updated())
        .setSkipped(written.skipped())
        .addAllRejected(rejected)
        .build();
  }

  private Rows read(String text) {
    try {
      return reader.read(text, MAX_ROWS);
    } catch (BadValue bad) {
      throw ApiException.invalid("rows", bad.getMessage());
    }
  }

  private static RejectedRow rejected(int index, String field, String reason) {
    return RejectedRow.newBuilder().setIndex(index).setField(field).setReason(reason).build();
  }

  @Override
  public void onError(Throwable cancelled) {
    // The client is gone; what was acknowledged is durable.
  }

  @Override
  public void onCompleted() {
    awaitWrite();
    if (!failed) {
      out.onCompleted();
    }
  }
}
