package sextant.dashboard.catalogue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import sextant.dashboard.v1.CursorPagination;
import sextant.dashboard.v1.DeleteEntryRequest;
import sextant.dashboard.v1.ListEntriesRequest;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Page;
import sextant.kit.rpc.PageRequest;
import sextant.kit.rpc.Unary;

/// The gRPC service of one kind of catalogue entries. All kinds answer the same three calls, so one
/// class serves them all, by the shape that the contract gives their messages: `data` and
/// `pagination` in a list, one repeated field in an upsert.
final class EntriesService<M extends Message> implements BindableService {

  private static final int DEFAULT_LIMIT = 20;

  private final Kind<M> kind;
  private final EntryColumns<M> columns;
  private final Entries<M> entries;
  private final FieldDescriptor id;
  private final Database database;
  private final InstantSource time;

  EntriesService(Kind<M> kind, Database database, InstantSource time) {
    this.kind = kind;
    M prototype = kind.defaults().apply(Instant.EPOCH);
    this.columns = new EntryColumns<>(prototype, kind.table());
    this.entries = new Entries<>(kind.table(), columns, kind.totals());
    this.id = prototype.getDescriptorForType().findFieldByName("id");
    this.database = database;
    this.time = time;
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(kind.service());
    for (MethodDescriptor<?, ?> method : kind.service().getMethods()) {
      bind(definition, method);
    }
    return definition.build();
  }

  @SuppressWarnings("unchecked") // The contract says which messages a method takes and gives.
  private void bind(ServerServiceDefinition.Builder definition, MethodDescriptor<?, ?> method) {
    MethodDescriptor<Message, Message> messages = (MethodDescriptor<Message, Message>) method;
    Message answer =
        ((PrototypeMarshaller<Message>) messages.getResponseMarshaller()).getMessagePrototype();
    String name = method.getBareMethodName();
    Function<Message, Message> call;
    if (name.startsWith("List")) {
      call = request -> list((ListEntriesRequest) request, answer);
    } else if (name.startsWith("Upsert")) {
      call = request -> upsert(request, answer);
    } else {
      call = request -> delete((DeleteEntryRequest) request);
    }
    definition.addMethod(
        messages,
        ServerCalls.asyncUnaryCall(
            (request, out) -> Unary.respond(out, () -> call.apply(request))));
  }

  private Message list(ListEntriesRequest request, Message answer) {
    String tenantId = Caller.current().tenantId();
    int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
    PageRequest asked = new PageRequest(List.of(kind.name()), request.getCursor(), limit);
    Optional<String> after = asked.after(1).map(List::getFirst);
    return database.inTenant(
        tenantId,
        tx -> {
          Page<M> page =
              asked.page(
                  entries.list(tx, tenantId, after, asked.toRead()), entry -> List.of(idOf(entry)));
          return withData(answer, page.rows())
              .setField(
                  answer.getDescriptorForType().findFieldByName("pagination"),
                  page.describe(CursorPagination.newBuilder(), entries.count(tx, tenantId)).build())
              .build();
        });
  }

  private Message upsert(Message request, Message answer) {
    String tenantId = Caller.current().tenantId();
    FieldDescriptor list = request.getDescriptorForType().getFields().getFirst();
    List<M> complete = complete((List<?>) request.getField(list), list.getName());
    database.<Void>inTenant(
        tenantId,
        tx -> {
          entries.upsert(tx, tenantId, complete);
          return null;
        });
    return withData(answer, complete).build();
  }

  /// Fills in ids and defaults; refuses all when one is faulty.
  @SuppressWarnings("unchecked") // The contract says what an upsert consists of.
  private List<M> complete(List<?> sent, String path) {
    List<Violation> found = new ArrayList<>();
    List<M> complete = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    M defaults = kind.defaults().apply(time.instant());
    for (Object element : sent) {
      Message.Builder entry = defaults.toBuilder().mergeFrom((Message) element);
      if (!entry.hasField(id)) {
        entry.setField(id, Ids.next().toString());
      }
      M filled = (M) entry.build();
      Faults faults = new Faults(path + "[" + complete.size() + "]", found);
      columns.check(filled, faults);
      kind.rules().check(filled, faults);
      if (!ids.add(idOf(filled))) {
        faults.add("id", "must not come twice in one call");
      }
      complete.add(filled);
    }
    if (!found.isEmpty()) {
      throw ApiException.invalid(found);
    }
    return complete;
  }

  private Message delete(DeleteEntryRequest request) {
    String tenantId = Caller.current().tenantId();
    if (!database.inTenant(tenantId, tx -> entries.delete(tx, tenantId, request.getId()))) {
      throw ApiException.notFound(kind.name(), request.getId());
    }
    return Empty.getDefaultInstance();
  }

  private Message.Builder withData(Message answer, List<M> entries) {
    return answer
        .newBuilderForType()
        .setField(answer.getDescriptorForType().findFieldByName("data"), entries);
  }

  private String idOf(M entry) {
    return (String) entry.getField(id);
  }
}
