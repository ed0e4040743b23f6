package sextant.segments.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sextant.segments.Tenant.field;
import static sextant.segments.Tenant.json;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import sextant.access.v1.Role;
import sextant.segments.SegmentsExtension;
import sextant.segments.Tenant;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.ListRowsRequest;
import sextant.segments.v1.RejectedRow;
import sextant.segments.v1.RowsServiceGrpc;
import sextant.segments.v1.Schema;
import sextant.segments.v1.StreamRowsRequest;
import sextant.segments.v1.StreamRowsResponse;
import sextant.segments.v1.WriteMode;

class RowStreamTest {

  @RegisterExtension static final SegmentsExtension service = new SegmentsExtension();

  private final Tenant tenant = service.tenant();

  @Test
  void badRowsAreRejectedAndTheOthersWritten() throws Exception {
    Schema schema =
        tenant.schemas.createSchema(
            CreateSchemaRequest.newBuilder()
                .setName("streamed")
                .addFields(field("id:integer"))
                .addFields(field("email:text").toBuilder().setIsUnique(true))
                .build());
    tenant.insert(schema, "[{'id':100,'email':'taken'}]");

    List<StreamRowsResponse> acknowledged =
        stream(
            first(schema, WriteMode.WRITE_MODE_UPSERT)
                .setSequence(7)
                .setRows(
                    json(
                        "[{'id':1,'email':'a'},{'id':'x'},{'id':2,'email':'taken'},"
                            + "{'id':3,'email':'c'},{'id':100,'email':'taken'}]"))
                .build(),
            StreamRowsRequest.newBuilder()
                .setSequence(8)
                .setRows(json("[{'id':3,'email':'d'},{'id':4}]"))
                .build());

    assertThat(acknowledged)
        .containsExactly(
            StreamRowsResponse.newBuilder()
                .setSequence(7)
                .setInserted(2)
                .setUpdated(1)
                .addRejected(
                    RejectedRow.newBuilder()
                        .setIndex(1)
                        .setField("id")
                        .setReason("must be an integer, was a string"))
                .addRejected(
                    RejectedRow.newBuilder()
                        .setIndex(2)
                        .setField("email")
                        .setReason("must be unique, another row has it"))
                .build(),
            StreamRowsResponse.newBuilder().setSequence(8).setInserted(1).setUpdated(1).build());
    assertThat(rows(schema))
        .isEqualTo(
            json(
                "[{'id':1,'email':'a'},{'id':3,'email':'d'},{'id':4,'email':null},"
                    + "{'id':100,'email':'taken'}]"));
  }

  @Test
  void valuesMayBeText() throws Exception {
    Schema schema =
        tenant.schema(
            "csv",
            "id:bigint",
            "t:text",
            "n:number",
            "f:float",
            "b:boolean",
            "d:date",
            "z:timestamp",
            "j:json");

    StreamRowsResponse acknowledged =
        stream(
                first(schema, WriteMode.WRITE_MODE_INSERT)
                    .setTextValues(true)
                    .setRows(
                        json(
                            "[{'id':'1','t':'','n':' 1.50 ','f':'2','b':'TRUE','d':'20260316','z':'2026-03-16 10:00:00','j':'[1]'},"
                                + "{'id':'2','t':'x','n':'','f':'','b':'','d':'','z':'','j':''},"
                                + "{'id':'3','n':'one','b':'maybe','j':'{'}]"))
                    .build())
            .getFirst();

    assertThat(acknowledged.getInserted()).isEqualTo(2);
    assertThat(acknowledged.getRejectedList())
        .extracting(RejectedRow::getIndex, RejectedRow::getField)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2, "n"),
            org.assertj.core.groups.Tuple.tuple(2, "b"),
            org.assertj.core.groups.Tuple.tuple(2, "j"));
    assertThat(rows(schema))
        .isEqualTo(
            json(
                "[{'id':1,'t':'','n':1.50,'f':2,'b':true,'d':'2026-03-16','z':'2026-03-16T10:00:00.000Z','j':[1]},"
                    + "{'id':2,'t':'x','n':null,'f':null,'b':null,'d':null,'z':null,'j':null}]"));
  }

  @Test
  void aStreamThatMakesNoSenseEndsWithTheReason() {
    Schema schema = tenant.schema("wrong", "id:text");

    assertThatThrownBy(() -> stream(StreamRowsRequest.newBuilder().setRows("[]").build()))
        .hasMessageContaining("INVALID_ARGUMENT: schema_id: is required in the first message");
    assertThatThrownBy(
            () -> stream(StreamRowsRequest.newBuilder().setSchemaId("none").setRows("[]").build()))
        .hasMessageContaining("NOT_FOUND: schema none not found");
    assertThatThrownBy(
            () -> stream(first(schema, WriteMode.WRITE_MODE_INSERT).setRows("[{]").build()))
        .hasMessageContaining("INVALID_ARGUMENT: rows: is not valid JSON");
  }

  @Test
  void aSchemaDeletedMeanwhileEndsTheStream() throws Exception {
    Schema schema = tenant.schema("deleted", "id:text");
    Acknowledgements acknowledged = new Acknowledgements();
    StreamObserver<StreamRowsRequest> out = open(acknowledged);
    out.onNext(first(schema, WriteMode.WRITE_MODE_INSERT).setRows(json("[{'id':'1'}]")).build());
    acknowledged.first.get(20, TimeUnit.SECONDS);
    tenant.schemas.deleteSchema(
        sextant.segments.v1.DeleteSchemaRequest.newBuilder().setId(schema.getId()).build());

    out.onNext(StreamRowsRequest.newBuilder().setRows(json("[{'id':'2'}]")).build());

    assertThatThrownBy(() -> acknowledged.all.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .satisfies(
            failure ->
                assertThat(((StatusRuntimeException) failure).getStatus().getCode())
                    .isEqualTo(Status.Code.NOT_FOUND));
  }

  private static StreamRowsRequest.Builder first(Schema schema, WriteMode mode) {
    return StreamRowsRequest.newBuilder().setSchemaId(schema.getId()).setMode(mode);
  }

  private List<StreamRowsResponse> stream(StreamRowsRequest... messages) throws Exception {
    Acknowledgements acknowledged = new Acknowledgements();
    StreamObserver<StreamRowsRequest> out = open(acknowledged);
    List.of(messages).forEach(out::onNext);
    out.onCompleted();
    return acknowledged.all.get(20, TimeUnit.SECONDS);
  }

  private StreamObserver<StreamRowsRequest> open(Acknowledgements acknowledged) {
    return service
        .as(RowsServiceGrpc::newStub, tenant.id, Role.ROLE_EDITOR)
        .streamRows(acknowledged);
  }

  private static final class Acknowledgements implements StreamObserver<StreamRowsResponse> {

    private final List<StreamRowsResponse> received = new ArrayList<>();
    final CompletableFuture<StreamRowsResponse> first = new CompletableFuture<>();
    final CompletableFuture<List<StreamRowsResponse>> all = new CompletableFuture<>();

    @Override
    public void onNext(StreamRowsResponse response) {
      received.add(response);
      first.complete(response);
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      all.complete(received);
    }
  }

  private String rows(Schema schema) {
    return tenant
        .rows
        .listRows(ListRowsRequest.newBuilder().setSchemaId(schema.getId()).build())
        .getRows();
  }
}
