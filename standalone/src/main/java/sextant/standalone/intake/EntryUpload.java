package sextant.standalone.intake;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sextant.gateway.json.FieldPaths;
import sextant.gateway.json.JsonReader;
import sextant.gateway.json.Parsed;
import sextant.gateway.json.Problem;
import sextant.gateway.json.Programs;

/// Where the rows of decision data go: rows are read as the gateway reads JSON and sent in batches.
/// A batch with a faulty row is refused as a whole and names the faults; it goes again without
/// those rows.
final class EntryUpload implements Import.Target {

  private static final int BATCH_ROWS = 1_000;
  private static final int BATCH_BYTES = 8 << 20;
  private static final long PATIENCE_SECONDS = 60;

  private record Pending(long line, Message entry) {}

  private final EntryKind kind;
  private final Channel channel;
  private final CallOptions options;
  private final Outcome outcome;
  private final Message emptyBatch;
  private final FieldDescriptor list;
  private final Message prototype;
  private final FieldDescriptor id;
  private final Pattern place;
  private final JsonReader reader;
  private final RowKeys keys = new RowKeys();

  /// By id: no id may come twice in one batch.
  private final Map<String, Pending> batch = new LinkedHashMap<>();

  private int batchBytes;
  private EntryCells cells;

  EntryUpload(EntryKind kind, Channel channel, CallCredentials caller, Outcome outcome) {
    this.kind = kind;
    this.channel = channel;
    this.options = CallOptions.DEFAULT.withCallCredentials(caller);
    this.outcome = outcome;
    this.emptyBatch =
        (Message)
            ((PrototypeMarshaller<?>) kind.call().getRequestMarshaller()).getMessagePrototype();
    this.list = emptyBatch.getDescriptorForType().getFields().getFirst();
    this.prototype =
        emptyBatch.newBuilderForType().newBuilderForField(list).getDefaultInstanceForType();
    this.id = prototype.getDescriptorForType().findFieldByName("id");
    this.place = Pattern.compile(Pattern.quote(list.getName()) + "\\[(\\d+)]\\.?(.*)");
    this.reader = new Programs().reader(prototype.getDescriptorForType());
  }

  @Override
  public void check(List<String> columns) {
    cells = columns.isEmpty() ? null : new EntryCells(prototype.getDescriptorForType(), columns);
  }

  @Override
  public void add(Row row) {
    Message entry = entry(row);
    String key = (String) entry.getField(id);
    // The later row of an entry wins.
    if (batch.containsKey(key)
        || batch.size() == BATCH_ROWS
        || batchBytes + entry.getSerializedSize() > BATCH_BYTES) {
      send();
    }
    batch.put(key, new Pending(row.line(), entry));
    batchBytes += entry.getSerializedSize();
  }

  private Message entry(Row row) {
    byte[] json = cells == null ? row.content().getBytes(StandardCharsets.UTF_8) : cells.json(row);
    Parsed parsed = reader.read(json, Set.of());
    if (!parsed.problems().isEmpty()) {
      Problem problem = parsed.problems().getFirst();
      throw new RowRejection(
          row.line(), problem.field().isEmpty() ? "row" : problem.field(), problem.message());
    }
    try {
      Message.Builder entry = prototype.newBuilderForType().mergeFrom(parsed.wire());
      if (!entry.hasField(id)) {
        entry.setField(id, keys.next(kind.name(), row.content()));
      }
      return entry.build();
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalStateException("the reader wrote what is no message", malformed);
    }
  }

  private void send() {
    List<Pending> rows = new ArrayList<>(batch.values());
    batch.clear();
    batchBytes = 0;
    while (!rows.isEmpty()) {
      Map<Integer, BadRequest.FieldViolation> faults = new TreeMap<>();
      try {
        acknowledge(call(rows), rows.size());
        return;
      } catch (StatusRuntimeException refused) {
        collect(refused, faults);
        if (faults.isEmpty()) {
          throw refused;
        }
      }
      List<Pending> others = new ArrayList<>();
      for (int index = 0; index < rows.size(); index++) {
        if (faults.containsKey(index)) {
          outcome.reject(rejection(rows.get(index), faults.get(index)));
        } else {
          others.add(rows.get(index));
        }
      }
      rows = others;
    }
  }

  @SuppressWarnings("unchecked") // The contract says which messages the method takes and gives.
  private Message call(List<Pending> rows) {
    Message.Builder request = emptyBatch.newBuilderForType();
    rows.forEach(row -> request.addRepeatedField(list, row.entry()));
    return ClientCalls.blockingUnaryCall(
        channel,
        (MethodDescriptor<Message, Message>) kind.call(),
        options.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
        request.build());
  }

  /// Only facts, such as traces, tell which were there before; entries are replaced.
  private void acknowledge(Message answer, int rows) {
    FieldDescriptor duplicates = answer.getDescriptorForType().findFieldByName("duplicates");
    int known = duplicates == null ? 0 : (Integer) answer.getField(duplicates);
    outcome.acknowledge(rows - known, known);
  }

  /// The first fault of each row, by its place in the batch.
  private void collect(
      StatusRuntimeException refused, Map<Integer, BadRequest.FieldViolation> faults) {
    try {
      for (Any detail : StatusProto.fromThrowable(refused).getDetailsList()) {
        if (detail.is(BadRequest.class)) {
          for (var fault : detail.unpack(BadRequest.class).getFieldViolationsList()) {
            Matcher matcher = place.matcher(fault.getField());
            if (matcher.matches()) {
              faults.putIfAbsent(
                  Integer.valueOf(matcher.group(1)),
                  fault.toBuilder().setField(matcher.group(2)).build());
            }
          }
        }
      }
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalStateException("malformed error details", malformed);
    }
  }

  private RowRejection rejection(Pending row, BadRequest.FieldViolation fault) {
    String field = FieldPaths.toJson(prototype.getDescriptorForType(), fault.getField());
    return new RowRejection(row.line(), field.isEmpty() ? "row" : field, fault.getDescription());
  }

  @Override
  public void finish() {
    send();
  }

  @Override
  public String summary() {
    return kind.name().equals("traces")
        ? "%,d recorded, %,d already there".formatted(outcome.taken(), outcome.known())
        : "%,d saved".formatted(outcome.taken());
  }
}
