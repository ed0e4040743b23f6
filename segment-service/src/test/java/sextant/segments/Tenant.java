package sextant.segments;

import java.util.List;
import sextant.access.v1.Role;
import sextant.segments.v1.CreateSchemaRequest;
import sextant.segments.v1.CreateSegmentRequest;
import sextant.segments.v1.DataType;
import sextant.segments.v1.MembershipServiceGrpc;
import sextant.segments.v1.MembershipServiceGrpc.MembershipServiceBlockingStub;
import sextant.segments.v1.RowsServiceGrpc;
import sextant.segments.v1.RowsServiceGrpc.RowsServiceBlockingStub;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaFieldInput;
import sextant.segments.v1.SchemasServiceGrpc;
import sextant.segments.v1.SchemasServiceGrpc.SchemasServiceBlockingStub;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentsServiceGrpc;
import sextant.segments.v1.SegmentsServiceGrpc.SegmentsServiceBlockingStub;
import sextant.segments.v1.WriteMode;
import sextant.segments.v1.WriteRowsRequest;
import sextant.segments.v1.WriteRowsResponse;

/// What tests do as an editor of one tenant.
public final class Tenant {

  public final String id;
  public final SchemasServiceBlockingStub schemas;
  public final RowsServiceBlockingStub rows;
  public final SegmentsServiceBlockingStub segments;
  public final MembershipServiceBlockingStub membership;

  Tenant(SegmentsExtension service, String id) {
    this.id = id;
    this.schemas = service.as(SchemasServiceGrpc::newBlockingStub, id, Role.ROLE_EDITOR);
    this.rows = service.as(RowsServiceGrpc::newBlockingStub, id, Role.ROLE_EDITOR);
    this.segments = service.as(SegmentsServiceGrpc::newBlockingStub, id, Role.ROLE_EDITOR);
    this.membership = service.as(MembershipServiceGrpc::newBlockingStub, id, Role.ROLE_EDITOR);
  }

  /// A field as `name:type`, such as `age:integer`, and `name:type:required` or `name:type:key`.
  public static SchemaFieldInput field(String text) {
    String[] parts = text.split(":");
    SchemaFieldInput.Builder field =
        SchemaFieldInput.newBuilder()
            .setName(parts[0])
            .setDataType(DataType.valueOf("DATA_TYPE_" + parts[1].toUpperCase()));
    if (parts.length > 2) {
      switch (parts[2]) {
        case "required" -> field.setIsNullable(false);
        case "key" -> field.setIsPrimaryKey(true);
        default -> throw new IllegalArgumentException(text);
      }
    }
    return field.build();
  }

  public Schema schema(String name, String... fields) {
    CreateSchemaRequest.Builder request = CreateSchemaRequest.newBuilder().setName(name);
    List.of(fields).forEach(field -> request.addFields(field(field)));
    return schemas.createSchema(request.build());
  }

  /// `rows`: a JSON array, in which single quotes may stand for double ones.
  public WriteRowsResponse insert(Schema schema, String rows) {
    return write(schema, rows, WriteMode.WRITE_MODE_INSERT);
  }

  public WriteRowsResponse upsert(Schema schema, String rows) {
    return write(schema, rows, WriteMode.WRITE_MODE_UPSERT);
  }

  private WriteRowsResponse write(Schema schema, String rows, WriteMode mode) {
    return this.rows.writeRows(
        WriteRowsRequest.newBuilder()
            .setSchemaId(schema.getId())
            .setRows(json(rows))
            .setMode(mode)
            .build());
  }

  /// `filters`: a JSON array, in which single quotes may stand for double ones.
  public Segment segment(Schema base, String filters) {
    return segment(base, "[]", filters);
  }

  public Segment segment(Schema base, String joins, String filters) {
    return segments.createSegment(
        CreateSegmentRequest.newBuilder()
            .setName("a segment")
            .setBaseSchemaId(base.getId())
            .setJoins(json(joins))
            .setFilters(json(filters))
            .build());
  }

  public static String json(String text) {
    return text.replace('\'', '"');
  }
}
