package sextant.segments.rows;

import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.BiFunction;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
import sextant.kit.db.Database;
import sextant.kit.db.Ids;
import sextant.kit.rpc.ApiException;
import sextant.kit.rpc.ApiException.Violation;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Unary;
import sextant.segments.rows.RowReader.Fault;
import sextant.segments.rows.RowReader.Rows;
import sextant.segments.rows.RowRepository.Written;
import sextant.segments.schema.SchemaRepository;
import sextant.segments.v1.GetStatsRequest;
import sextant.segments.v1.GetStatsResponse;
import sextant.segments.v1.ListRowsRequest;
import sextant.segments.v1.ListRowsResponse;
import sextant.segments.v1.RowsServiceGrpc.RowsServiceImplBase;
import sextant.segments.v1.Schema;
import sextant.segments.v1.StreamRowsRequest;
import sextant.segments.v1.StreamRowsResponse;
import sextant.segments.v1.WriteRowsRequest;
import sextant.segments.v1.WriteRowsResponse;
import sextant.segments.value.BadValue;
import sextant.segments.value.RowJson;

/// The gRPC face of the rows of customer tables.
public final class RowsService extends RowsServiceImplBase {

  private static final int MAX_ROWS = 5_000;
  private static final int MAX_VIOLATIONS = 100;
  private static final int DEFAULT_LIMIT = 50;

  /// The schema, and with it its table, was deleted since the catalogue was read.
  private static final String UNDEFINED_TABLE = "42P01";

  private final Database database;
  private final SchemaRepository schemas;
  final RowRepository rows = new RowRepository();

  public RowsService(Database database, SchemaRepository schemas) {
    this.database = database;
    this.schemas = schemas;
  }

  @Override
  public void writeRows(WriteRowsRequest request, StreamObserver<WriteRowsResponse> out) {
    Unary.respond(
        out,
        () ->
            inSchema(
                Caller.current().tenantId(),
                request.getSchemaId(),
                (tx, schema) -> {
                  List<Row> batch = read(schema, request.getRows());
                  Written written = new RowWriter(rows, schema, request.getMode()).write(tx, batch);
                  return WriteRowsResponse.newBuilder()
                      .setInserted(written.inserted())
                      .setUpdated(written.updated())
                      .setSkipped(written.skipped())
                      .setTableName(schema.getTableName())
                      .build();
                }));
  }

  private static List<Row> read(Schema schema, String text) {
    Rows read;
    try {
      read = new RowReader(schema, false).read(text, MAX_ROWS);
    } catch (BadValue bad) {
      throw ApiException.invalid("rows", bad.getMessage());
    }
    if (read.count() == 0) {
      throw ApiException.invalid("rows", "must have at least one row");
    }
    if (!read.faults().isEmpty()) {
      throw ApiException.invalid(
          read.faults().stream().limit(MAX_VIOLATIONS).map(RowsService::violation).toList());
    }
    return read.good();
  }

  private static Violation violation(Fault fault) {
    String row = "rows[" + fault.index() + "]";
    return new Violation(
        fault.field().isEmpty() ? row : row + "." + fault.field(), fault.message());
  }

  @Override
  public StreamObserver<StreamRowsRequest> streamRows(StreamObserver<StreamRowsResponse> out) {
    return new RowStream(this, Caller.current(), out);
  }

  @Override
  public void listRows(ListRowsRequest request, StreamObserver<ListRowsResponse> out) {
    Unary.respond(
        out,
        () ->
            inSchema(
                Caller.current().tenantId(),
                request.getSchemaId(),
                (db, schema) -> {
                  int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
                  List<? extends Record> page = rows.page(db, schema, limit, request.getOffset());
                  return ListRowsResponse.newBuilder()
                      .setTotal(rows.count(db, schema))
                      .setLimit(limit)
                      .setOffset(request.getOffset())
                      .setRows(RowJson.rows(page, RowRepository.columns(schema)))
                      .build();
                }));
  }

  @Override
  public void getStats(GetStatsRequest request, StreamObserver<GetStatsResponse> out) {
    Unary.respond(
        out, () -> inSchema(Caller.current().tenantId(), request.getSchemaId(), RowStats::compute));
  }

  /// Runs `work` in one transaction on the schema with this id.
  <T> T inSchema(String tenant, String id, BiFunction<DSLContext, Schema, T> work) {
    try {
      return database.inTenant(
          tenant,
          tx ->
              work.apply(
                  tx,
                  Ids.parse(id)
                      .flatMap(uuid -> schemas.find(tx, tenant, uuid))
                      .orElseThrow(() -> ApiException.notFound("schema", id))));
    } catch (DataAccessException failure) {
      if (UNDEFINED_TABLE.equals(failure.sqlState())) {
        throw ApiException.notFound("schema", id);
      }
      throw failure;
    }
  }
}
