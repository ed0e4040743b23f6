package sextant.segments.schema;

import static sextant.segments.jooq.segments.Tables.SCHEMA_DEFINITION;
import static sextant.segments.jooq.segments.Tables.SCHEMA_FIELD;
import static sextant.segments.jooq.segments.Tables.SEGMENT_SCHEMA;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSON;
import org.jooq.impl.DSL;
import sextant.kit.rpc.Timestamps;
import sextant.segments.jooq.segments.tables.records.SchemaDefinitionRecord;
import sextant.segments.jooq.segments.tables.records.SchemaFieldRecord;
import sextant.segments.v1.DataType;
import sextant.segments.v1.Schema;
import sextant.segments.v1.SchemaField;

/// The catalogue of schemas.
public final class SchemaRepository {

  private static final String TYPE_PREFIX = "DATA_TYPE_";

  public Optional<Schema> find(DSLContext db, String tenantId, UUID id) {
    return find(db, tenantId, List.of(id)).stream().findFirst();
  }

  /// Those of `ids` that exist, in no particular order.
  public List<Schema> find(DSLContext db, String tenantId, Collection<UUID> ids) {
    return select(db, tenantId, SCHEMA_DEFINITION.SCHEMA_ID.in(ids), Integer.MAX_VALUE);
  }

  /// All schemas whose rows describe `entityType`, oldest first.
  public List<Schema> ofEntityType(DSLContext db, String tenantId, String entityType) {
    return select(db, tenantId, SCHEMA_DEFINITION.ENTITY_TYPE.eq(entityType), Integer.MAX_VALUE);
  }

  /// Up to `limit` schemas, oldest first: ids follow creation.
  List<Schema> page(DSLContext db, String tenantId, Optional<UUID> after, int limit) {
    return select(
        db, tenantId, after.map(SCHEMA_DEFINITION.SCHEMA_ID::gt).orElse(DSL.noCondition()), limit);
  }

  long count(DSLContext db, String tenantId) {
    return db.fetchCount(SCHEMA_DEFINITION, SCHEMA_DEFINITION.TENANT_ID.eq(tenantId));
  }

  /// Makes others wait who want to change or delete the schema, but nobody who refers to it.
  Optional<Schema> lockForChange(DSLContext tx, String tenantId, UUID id) {
    tx.select(SCHEMA_DEFINITION.SCHEMA_ID)
        .from(SCHEMA_DEFINITION)
        .where(SCHEMA_DEFINITION.TENANT_ID.eq(tenantId))
        .and(SCHEMA_DEFINITION.SCHEMA_ID.eq(id))
        .forNoKeyUpdate()
        .execute();
    return find(tx, tenantId, id);
  }

  /// Makes those wait as well who want to refer to it.
  Optional<Schema> lockForDeletion(DSLContext tx, String tenantId, UUID id) {
    tx.select(SCHEMA_DEFINITION.SCHEMA_ID)
        .from(SCHEMA_DEFINITION)
        .where(SCHEMA_DEFINITION.TENANT_ID.eq(tenantId))
        .and(SCHEMA_DEFINITION.SCHEMA_ID.eq(id))
        .forUpdate()
        .execute();
    return find(tx, tenantId, id);
  }

  /// False when the name is taken.
  boolean insert(DSLContext db, Schema schema) {
    UUID id = UUID.fromString(schema.getId());
    int inserted =
        db.insertInto(SCHEMA_DEFINITION)
            .set(SCHEMA_DEFINITION.TENANT_ID, schema.getTenantId())
            .set(SCHEMA_DEFINITION.SCHEMA_ID, id)
            .set(SCHEMA_DEFINITION.NAME, schema.getName())
            .set(SCHEMA_DEFINITION.DISPLAY_NAME, schema.getDisplayName())
            .set(
                SCHEMA_DEFINITION.DESCRIPTION,
                schema.hasDescription() ? schema.getDescription() : null)
            .set(SCHEMA_DEFINITION.ENTITY_TYPE, schema.getEntityType())
            .set(SCHEMA_DEFINITION.TABLE_NAME, schema.getTableName())
            .set(SCHEMA_DEFINITION.CUSTOMER_KEY, schema.getCustomerKey())
            .set(SCHEMA_DEFINITION.CREATED_AT, instant(schema.getCreatedAt()))
            .set(SCHEMA_DEFINITION.UPDATED_AT, instant(schema.getUpdatedAt()))
            .onConflict(SCHEMA_DEFINITION.TENANT_ID, SCHEMA_DEFINITION.NAME)
            .doNothing()
            .execute();
    if (inserted == 1) {
      putFields(db, schema);
    }
    return inserted == 1;
  }

  /// Everything that can change, the fields included. Violates the unique name when it is taken.
  void update(DSLContext db, Schema schema) {
    db.update(SCHEMA_DEFINITION)
        .set(SCHEMA_DEFINITION.NAME, schema.getName())
        .set(SCHEMA_DEFINITION.DISPLAY_NAME, schema.getDisplayName())
        .set(
            SCHEMA_DEFINITION.DESCRIPTION, schema.hasDescription() ? schema.getDescription() : null)
        .set(SCHEMA_DEFINITION.ENTITY_TYPE, schema.getEntityType())
        .set(SCHEMA_DEFINITION.UPDATED_AT, instant(schema.getUpdatedAt()))
        .where(SCHEMA_DEFINITION.TENANT_ID.eq(schema.getTenantId()))
        .and(SCHEMA_DEFINITION.SCHEMA_ID.eq(UUID.fromString(schema.getId())))
        .execute();
    putFields(db, schema);
  }

  void delete(DSLContext db, String tenantId, UUID id) {
    db.deleteFrom(SCHEMA_DEFINITION)
        .where(SCHEMA_DEFINITION.TENANT_ID.eq(tenantId))
        .and(SCHEMA_DEFINITION.SCHEMA_ID.eq(id))
        .execute();
  }

  /// Ids of the segments that read the schema.
  List<UUID> segmentsUsing(DSLContext db, String tenantId, UUID id) {
    return db.select(SEGMENT_SCHEMA.SEGMENT_ID)
        .from(SEGMENT_SCHEMA)
        .where(SEGMENT_SCHEMA.TENANT_ID.eq(tenantId))
        .and(SEGMENT_SCHEMA.SCHEMA_ID.eq(id))
        .orderBy(SEGMENT_SCHEMA.SEGMENT_ID)
        .fetch(SEGMENT_SCHEMA.SEGMENT_ID);
  }

  private void putFields(DSLContext db, Schema schema) {
    db.deleteFrom(SCHEMA_FIELD)
        .where(SCHEMA_FIELD.TENANT_ID.eq(schema.getTenantId()))
        .and(SCHEMA_FIELD.SCHEMA_ID.eq(UUID.fromString(schema.getId())))
        .execute();
    db.batchInsert(
            schema.getFieldsList().stream().map(field -> fieldRecord(schema, field)).toList())
        .execute();
  }

  private static SchemaFieldRecord fieldRecord(Schema schema, SchemaField field) {
    return new SchemaFieldRecord(
        schema.getTenantId(),
        UUID.fromString(schema.getId()),
        field.getOrdinal(),
        field.getName(),
        field.getDisplayName(),
        field.getDataType().name().substring(TYPE_PREFIX.length()).toLowerCase(Locale.ROOT),
        field.hasLength() ? field.getLength() : null,
        field.hasPrecision() ? field.getPrecision() : null,
        field.hasScale() ? field.getScale() : null,
        field.getIsNullable(),
        field.getIsPrimaryKey(),
        field.getIsUnique(),
        field.hasDefaultValue() ? JSON.json(field.getDefaultValue()) : null,
        field.hasDescription() ? field.getDescription() : null);
  }

  private List<Schema> select(DSLContext db, String tenantId, Condition condition, int limit) {
    List<SchemaDefinitionRecord> definitions =
        db.selectFrom(SCHEMA_DEFINITION)
            .where(SCHEMA_DEFINITION.TENANT_ID.eq(tenantId))
            .and(condition)
            .orderBy(SCHEMA_DEFINITION.SCHEMA_ID)
            .limit(limit)
            .fetch();
    Map<UUID, List<SchemaFieldRecord>> fields =
        db
            .selectFrom(SCHEMA_FIELD)
            .where(SCHEMA_FIELD.TENANT_ID.eq(tenantId))
            .and(
                SCHEMA_FIELD.SCHEMA_ID.in(
                    definitions.stream().map(SchemaDefinitionRecord::getSchemaId).toList()))
            .orderBy(SCHEMA_FIELD.SCHEMA_ID, SCHEMA_FIELD.ORDINAL)
            .fetch()
            .stream()
            .collect(Collectors.groupingBy(SchemaFieldRecord::getSchemaId));
    // Every schema has fields; one without was deleted between the two statements.
    return definitions.stream()
        .filter(definition -> fields.containsKey(definition.getSchemaId()))
        .map(definition -> schema(definition, fields.get(definition.getSchemaId())))
        .toList();
  }

  private static Schema schema(SchemaDefinitionRecord record, List<SchemaFieldRecord> fields) {
    Schema.Builder schema =
        Schema.newBuilder()
            .setId(record.getSchemaId().toString())
            .setTenantId(record.getTenantId())
            .setName(record.getName())
            .setDisplayName(record.getDisplayName())
            .setEntityType(record.getEntityType())
            .setTableName(record.getTableName())
            .setCustomerKey(record.getCustomerKey())
            .setCreatedAt(Timestamps.of(record.getCreatedAt()))
            .setUpdatedAt(Timestamps.of(record.getUpdatedAt()));
    if (record.getDescription() != null) {
      schema.setDescription(record.getDescription());
    }
    fields.forEach(field -> schema.addFields(field(field)));
    return schema.build();
  }

  private static SchemaField field(SchemaFieldRecord record) {
    SchemaField.Builder field =
        SchemaField.newBuilder()
            .setName(record.getName())
            .setDisplayName(record.getDisplayName())
            .setDataType(
                DataType.valueOf(TYPE_PREFIX + record.getDataType().toUpperCase(Locale.ROOT)))
            .setIsNullable(record.getIsNullable())
            .setIsPrimaryKey(record.getIsPrimaryKey())
            .setIsUnique(record.getIsUnique())
            .setOrdinal(record.getOrdinal());
    if (record.getLength() != null) {
      field.setLength(record.getLength());
    }
    if (record.getPrecision() != null) {
      field.setPrecision(record.getPrecision()).setScale(record.getScale());
    }
    if (record.getDefaultValue() != null) {
      field.setDefaultValue(record.getDefaultValue().data());
    }
    if (record.getDescription() != null) {
      field.setDescription(record.getDescription());
    }
    return field.build();
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
