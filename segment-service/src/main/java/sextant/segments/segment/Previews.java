package sextant.segments.segment;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;

import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SelectField;
import sextant.kit.rpc.Caller;
import sextant.segments.definition.SegmentQuery;
import sextant.segments.v1.PreviewDefinitionRequest;
import sextant.segments.v1.PreviewDefinitionResponse;
import sextant.segments.v1.PreviewSegmentResponse;
import sextant.segments.v1.Segment;
import sextant.segments.value.RowJson;

/// The first rows of a segment.
final class Previews {

  private static final int ROWS = 20;
  private static final int TIMEOUT_MILLIS = 10_000;

  private final SegmentViews views;
  private final SegmentChanges changes;

  Previews(SegmentViews views, SegmentChanges changes) {
    this.views = views;
    this.changes = changes;
  }

  PreviewSegmentResponse of(DSLContext db, Segment segment) {
    SegmentQuery query = views.query(db, segment);
    Result<Record> rows = firstRows(db, query, query.rowColumns());
    return PreviewSegmentResponse.newBuilder()
        .setRows(RowJson.rows(rows, query.rowColumns()))
        .setCount(rows.size())
        .build();
  }

  /// Of a definition that is stored nowhere, which may be as expensive as it likes: for so long.
  PreviewDefinitionResponse of(DSLContext db, PreviewDefinitionRequest request) {
    db.setLocal(name("statement_timeout"), inline(TIMEOUT_MILLIS)).execute();
    SegmentQuery query =
        changes
            .compile(
                db,
                Caller.current().tenantId(),
                request.getBaseSchemaId(),
                request.hasJoins() ? request.getJoins() : SegmentFields.NONE,
                request.hasFilters() ? request.getFilters() : SegmentFields.NONE)
            .query();
    // One statement, so that size and rows are of one instant.
    Field<Integer> size = field(query.from(selectCount())).as("size");
    List<SelectField<?>> columns = new ArrayList<>(query.rowColumns());
    columns.add(size);
    Result<Record> rows = firstRows(db, query, columns);
    return PreviewDefinitionResponse.newBuilder()
        .setRows(RowJson.rows(rows, query.rowColumns()))
        .setCount(rows.size())
        .setCustomerCount(rows.isEmpty() ? 0 : rows.getFirst().get(size))
        .build();
  }

  private static Result<Record> firstRows(
      DSLContext db, SegmentQuery query, List<? extends SelectField<?>> columns) {
    return db.fetch(query.from(select(columns)).orderBy(query.primaryKey()).limit(ROWS));
  }
}
