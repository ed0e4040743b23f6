package sextant.segments.segment;

import static sextant.segments.jooq.segments.Tables.SCHEMA_DEFINITION;
import static sextant.segments.jooq.segments.Tables.SEGMENT;
import static sextant.segments.jooq.segments.Tables.SEGMENT_SCHEMA;
import static sextant.segments.jooq.segments.Tables.SEGMENT_SEGMENT;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSON;
import org.jooq.Record;
import org.jooq.SelectSeekStep1;
import org.jooq.impl.DSL;
import sextant.kit.rpc.Timestamps;
import sextant.segments.definition.Definition;
import sextant.segments.v1.BaseSchema;
import sextant.segments.v1.Segment;
import sextant.segments.v1.SegmentStatus;

/// Stored segments and what they are made of.
public final class SegmentRepository {

  private static final String STATUS_PREFIX = "SEGMENT_STATUS_";

  /// One segment's use of another, and how often it names it.
  record Use(UUID segmentId, UUID usedSegmentId, int uses) {}

  Optional<Segment> find(DSLContext db, String tenantId, UUID id) {
    return select(db, tenantId, SEGMENT.SEGMENT_ID.eq(id))
        .fetchOptional(SegmentRepository::segment);
  }

  /// Those of `ids` that exist, by id.
  public List<Segment> find(DSLContext db, String tenantId, Collection<UUID> ids) {
    return select(db, tenantId, SEGMENT.SEGMENT_ID.in(ids)).fetch(SegmentRepository::segment);
  }

  /// All segments, by id.
  public List<Segment> all(DSLContext db, String tenantId) {
    return select(db, tenantId, DSL.noCondition()).fetch(SegmentRepository::segment);
  }

  /// Up to `limit` segments, oldest first: ids follow creation.
  List<Segment> page(DSLContext db, String tenantId, Optional<UUID> after, int limit) {
    Condition condition = after.map(SEGMENT.SEGMENT_ID::gt).orElse(DSL.noCondition());
    return select(db, tenantId, condition).limit(limit).fetch(SegmentRepository::segment);
  }

  long count(DSLContext db, String tenantId) {
    return db.fetchCount(SEGMENT, SEGMENT.TENANT_ID.eq(tenantId));
  }

  /// Makes others wait who want to change or delete the segment, but nobody who refers to it.
  Optional<Segment> lockForChange(DSLContext tx, String tenantId, UUID id) {
    tx.select(SEGMENT.SEGMENT_ID)
        .from(SEGMENT)
        .where(SEGMENT.TENANT_ID.eq(tenantId))
        .and(SEGMENT.SEGMENT_ID.eq(id))
        .forNoKeyUpdate()
        .execute();
    return find(tx, tenantId, id);
  }

  /// Makes those wait as well who want to refer to it.
  Optional<Segment> lockForDeletion(DSLContext tx, String tenantId, UUID id) {
    tx.select(SEGMENT.SEGMENT_ID)
        .from(SEGMENT)
        .where(SEGMENT.TENANT_ID.eq(tenantId))
        .and(SEGMENT.SEGMENT_ID.eq(id))
        .forUpdate()
        .execute();
    return find(tx, tenantId, id);
  }

  /// Makes those wait who want to change the schemas that a definition names, or to delete these or
  /// the segments that it names.
  void lockParts(DSLContext tx, String tenantId, Definition definition) {
    tx.select(SCHEMA_DEFINITION.SCHEMA_ID)
        .from(SCHEMA_DEFINITION)
        .where(SCHEMA_DEFINITION.TENANT_ID.eq(tenantId))
        .and(SCHEMA_DEFINITION.SCHEMA_ID.in(definition.schemaIds()))
        .orderBy(SCHEMA_DEFINITION.SCHEMA_ID)
        .forShare()
        .execute();
    tx.select(SEGMENT.SEGMENT_ID)
        .from(SEGMENT)
        .where(SEGMENT.TENANT_ID.eq(tenantId))
        .and(SEGMENT.SEGMENT_ID.in(definition.segmentUses().keySet()))
        .orderBy(SEGMENT.SEGMENT_ID)
        .forKeyShare()
        .execute();
  }

  void insert(DSLContext tx, Segment segment) {
    tx.insertInto(SEGMENT)
        .set(SEGMENT.TENANT_ID, segment.getTenantId())
        .set(SEGMENT.SEGMENT_ID, UUID.fromString(segment.getId()))
        .set(SEGMENT.NAME, segment.getName())
        .set(SEGMENT.DESCRIPTION, segment.hasDescription() ? segment.getDescription() : null)
        .set(SEGMENT.STATUS, stored(segment.getStatus()))
        .set(SEGMENT.ENTITY_TYPE, segment.getEntityType())
        .set(SEGMENT.BASE_SCHEMA_ID, UUID.fromString(segment.getBaseSchemaId()))
        .set(SEGMENT.JOINS, JSON.json(segment.getJoins()))
        .set(SEGMENT.FILTERS, JSON.json(segment.getFilters()))
        .set(SEGMENT.VIEW_NAME, segment.getViewName())
        .set(SEGMENT.CUSTOMER_COUNT, segment.getCustomerCount())
        .set(SEGMENT.CREATED_AT, instant(segment.getCreatedAt()))
        .set(SEGMENT.UPDATED_AT, instant(segment.getUpdatedAt()))
        .execute();
  }

  /// Everything that an update can change.
  void update(DSLContext tx, Segment segment) {
    tx.update(SEGMENT)
        .set(SEGMENT.NAME, segment.getName())
        .set(SEGMENT.DESCRIPTION, segment.hasDescription() ? segment.getDescription() : null)
        .set(SEGMENT.STATUS, stored(segment.getStatus()))
        .set(SEGMENT.BASE_SCHEMA_ID, UUID.fromString(segment.getBaseSchemaId()))
        .set(SEGMENT.JOINS, JSON.json(segment.getJoins()))
        .set(SEGMENT.FILTERS, JSON.json(segment.getFilters()))
        .set(SEGMENT.CUSTOMER_COUNT, segment.getCustomerCount())
        .set(SEGMENT.UPDATED_AT, instant(segment.getUpdatedAt()))
        .where(SEGMENT.TENANT_ID.eq(segment.getTenantId()))
        .and(SEGMENT.SEGMENT_ID.eq(UUID.fromString(segment.getId())))
        .execute();
  }

  void refreshed(DSLContext tx, String tenantId, UUID id, long customerCount, Instant at) {
    tx.update(SEGMENT)
        .set(SEGMENT.CUSTOMER_COUNT, customerCount)
        .set(SEGMENT.LAST_REFRESHED_AT, at)
        .where(SEGMENT.TENANT_ID.eq(tenantId))
        .and(SEGMENT.SEGMENT_ID.eq(id))
        .execute();
  }

  void delete(DSLContext tx, String tenantId, UUID id) {
    tx.deleteFrom(SEGMENT)
        .where(SEGMENT.TENANT_ID.eq(tenantId))
        .and(SEGMENT.SEGMENT_ID.eq(id))
        .execute();
  }

  /// Writes down what the segment is made of. The foreign keys keep those things alive.
  void putUses(DSLContext tx, String tenantId, UUID id, Definition definition) {
    tx.deleteFrom(SEGMENT_SCHEMA)
        .where(SEGMENT_SCHEMA.TENANT_ID.eq(tenantId))
        .and(SEGMENT_SCHEMA.SEGMENT_ID.eq(id))
        .execute();
    tx.deleteFrom(SEGMENT_SEGMENT)
        .where(SEGMENT_SEGMENT.TENANT_ID.eq(tenantId))
        .and(SEGMENT_SEGMENT.SEGMENT_ID.eq(id))
        .execute();
    definition
        .schemaIds()
        .forEach(
            schemaId ->
                tx.insertInto(SEGMENT_SCHEMA)
                    .set(SEGMENT_SCHEMA.TENANT_ID, tenantId)
                    .set(SEGMENT_SCHEMA.SEGMENT_ID, id)
                    .set(SEGMENT_SCHEMA.SCHEMA_ID, schemaId)
                    .execute());
    definition
        .segmentUses()
        .forEach(
            (usedId, uses) ->
                tx.insertInto(SEGMENT_SEGMENT)
                    .set(SEGMENT_SEGMENT.TENANT_ID, tenantId)
                    .set(SEGMENT_SEGMENT.SEGMENT_ID, id)
                    .set(SEGMENT_SEGMENT.USED_SEGMENT_ID, usedId)
                    .set(SEGMENT_SEGMENT.USES, uses)
                    .execute());
  }

  List<Use> uses(DSLContext tx, String tenantId) {
    return tx.selectFrom(SEGMENT_SEGMENT)
        .where(SEGMENT_SEGMENT.TENANT_ID.eq(tenantId))
        .fetch(use -> new Use(use.getSegmentId(), use.getUsedSegmentId(), use.getUses()));
  }

  /// The segments that name this one.
  List<Segment> usedBy(DSLContext tx, String tenantId, UUID id) {
    return select(
            tx,
            tenantId,
            SEGMENT.SEGMENT_ID.in(
                DSL.select(SEGMENT_SEGMENT.SEGMENT_ID)
                    .from(SEGMENT_SEGMENT)
                    .where(SEGMENT_SEGMENT.TENANT_ID.eq(tenantId))
                    .and(SEGMENT_SEGMENT.USED_SEGMENT_ID.eq(id))))
        .fetch(SegmentRepository::segment);
  }

  /// The segments whose rows are those of a schema.
  List<Segment> overSchema(DSLContext tx, String tenantId, UUID schemaId) {
    return select(tx, tenantId, SEGMENT.BASE_SCHEMA_ID.eq(schemaId))
        .fetch(SegmentRepository::segment);
  }

  private static SelectSeekStep1<Record, UUID> select(
      DSLContext db, String tenantId, Condition condition) {
    return db.select(SEGMENT.asterisk(), SCHEMA_DEFINITION.NAME)
        .from(SEGMENT)
        .join(SCHEMA_DEFINITION)
        .on(SCHEMA_DEFINITION.TENANT_ID.eq(SEGMENT.TENANT_ID))
        .and(SCHEMA_DEFINITION.SCHEMA_ID.eq(SEGMENT.BASE_SCHEMA_ID))
        .where(SEGMENT.TENANT_ID.eq(tenantId))
        .and(condition)
        .orderBy(SEGMENT.SEGMENT_ID);
  }

  private static Segment segment(Record row) {
    String baseName = row.get(SCHEMA_DEFINITION.NAME);
    Segment.Builder segment =
        Segment.newBuilder()
            .setId(row.get(SEGMENT.SEGMENT_ID).toString())
            .setTenantId(row.get(SEGMENT.TENANT_ID))
            .setName(row.get(SEGMENT.NAME))
            .setStatus(
                SegmentStatus.valueOf(
                    STATUS_PREFIX + row.get(SEGMENT.STATUS).toUpperCase(Locale.ROOT)))
            .setEntityType(row.get(SEGMENT.ENTITY_TYPE))
            .setBaseSchemaId(row.get(SEGMENT.BASE_SCHEMA_ID).toString())
            .setBaseSchema(BaseSchema.newBuilder().setName(baseName))
            .setBaseSchemaName(baseName)
            .setCustomerCount(row.get(SEGMENT.CUSTOMER_COUNT))
            .setJoins(row.get(SEGMENT.JOINS).data())
            .setFilters(row.get(SEGMENT.FILTERS).data())
            .setViewName(row.get(SEGMENT.VIEW_NAME))
            .setCreatedAt(Timestamps.of(row.get(SEGMENT.CREATED_AT)))
            .setUpdatedAt(Timestamps.of(row.get(SEGMENT.UPDATED_AT)));
    if (row.get(SEGMENT.DESCRIPTION) != null) {
      segment.setDescription(row.get(SEGMENT.DESCRIPTION));
    }
    if (row.get(SEGMENT.LAST_REFRESHED_AT) != null) {
      segment.setLastRefreshedAt(Timestamps.of(row.get(SEGMENT.LAST_REFRESHED_AT)));
    }
    return segment.build();
  }

  private static String stored(SegmentStatus status) {
    return status.name().substring(STATUS_PREFIX.length()).toLowerCase(Locale.ROOT);
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
