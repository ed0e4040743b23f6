package sextant.journeys;

import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;
import static sextant.journeys.jooq.Tables.CHANNEL;
import static sextant.journeys.jooq.Tables.JOURNEY;
import static sextant.journeys.jooq.Tables.JOURNEY_VERSION;
import static sextant.journeys.jooq.Tables.NODE_COUNT;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;
import sextant.journeys.graph.Plan;
import sextant.journeys.v1.JourneyVersion;
import sextant.kit.db.Ids;
import sextant.kit.rpc.Timestamps;

/// Journeys and their versions. A deleted journey is not there any more, though its rows may still
/// wait to be purged.
final class JourneyRepository {

  private static final int INTERESTS_LOCK = 0x6a6f7572;

  /// One page of a list, with the number of entries on all pages.
  record Page<T>(List<T> rows, long total) {}

  /// What happened at a node.
  record NodeCount(String nodeType, long entered, long reached, long completed, long dropped) {}

  Page<JourneyRow> list(
      DSLContext db, String tenantId, Optional<String> status, int limit, int offset) {
    Condition which =
        visible(tenantId).and(status.map(JOURNEY.STATUS::eq).orElse(DSL.noCondition()));
    List<JourneyRow> rows =
        select(db)
            .and(which)
            .orderBy(JOURNEY.CREATED_AT, JOURNEY.JOURNEY_ID)
            .limit(limit)
            .offset(offset)
            .fetch(JourneyRow::of);
    return new Page<>(rows, db.fetchCount(JOURNEY, which));
  }

  Optional<JourneyRow> find(DSLContext db, String tenantId, UUID id) {
    return select(db)
        .and(visible(tenantId))
        .and(JOURNEY.JOURNEY_ID.eq(id))
        .fetchOptional(JourneyRow::of);
  }

  /// The same, kept as it is until the transaction ends.
  Optional<JourneyRow> findForUpdate(DSLContext db, String tenantId, UUID id) {
    return select(db)
        .and(visible(tenantId))
        .and(JOURNEY.JOURNEY_ID.eq(id))
        .forUpdate()
        .of(JOURNEY)
        .fetchOptional(JourneyRow::of);
  }

  private static SelectConditionStep<? extends Record> select(DSLContext db) {
    return db.select(JOURNEY.fields())
        .select(
            JOURNEY_VERSION.DEFINITION,
            JOURNEY_VERSION.ENTRY_CONDITION,
            JOURNEY_VERSION.EXIT_RULES,
            JOURNEY_VERSION.MAX_DURATION_DAYS)
        .from(JOURNEY)
        .join(JOURNEY_VERSION)
        .on(JOURNEY_VERSION.TENANT_ID.eq(JOURNEY.TENANT_ID))
        .and(JOURNEY_VERSION.JOURNEY_ID.eq(JOURNEY.JOURNEY_ID))
        .and(JOURNEY_VERSION.VERSION.eq(JOURNEY.VERSION))
        .where();
  }

  private static Condition visible(String tenantId) {
    return JOURNEY.TENANT_ID.eq(tenantId).and(JOURNEY.STATUS.ne("deleted"));
  }

  /// A new draft of version 1, whose version is still to be inserted.
  UUID insert(
      DSLContext db,
      String tenantId,
      String name,
      String description,
      String reEntry,
      Instant now) {
    UUID id = Ids.next();
    db.insertInto(JOURNEY)
        .set(JOURNEY.TENANT_ID, tenantId)
        .set(JOURNEY.JOURNEY_ID, id)
        .set(JOURNEY.NAME, name)
        .set(JOURNEY.DESCRIPTION, description)
        .set(JOURNEY.STATUS, "draft")
        .set(JOURNEY.RE_ENTRY, reEntry)
        .set(JOURNEY.VERSION, 1)
        .set(JOURNEY.REVISION, 1)
        .set(JOURNEY.CREATED_AT, now)
        .set(JOURNEY.UPDATED_AT, now)
        .execute();
    return id;
  }

  void insertVersion(
      DSLContext db,
      String tenantId,
      UUID id,
      int version,
      VersionContent content,
      Plan plan,
      Instant now) {
    db.insertInto(JOURNEY_VERSION)
        .set(JOURNEY_VERSION.TENANT_ID, tenantId)
        .set(JOURNEY_VERSION.JOURNEY_ID, id)
        .set(JOURNEY_VERSION.VERSION, version)
        .set(JOURNEY_VERSION.DEFINITION, content.definition())
        .set(JOURNEY_VERSION.ENTRY_CONDITION, content.entryCondition().orElse(null))
        .set(JOURNEY_VERSION.EXIT_RULES, content.exitRules().orElse(null))
        .set(JOURNEY_VERSION.MAX_DURATION_DAYS, content.maxDurationDays())
        .set(JOURNEY_VERSION.ENTRY_NODE, plan.graph().entry().map(entry -> entry.id()).orElse(null))
        .set(JOURNEY_VERSION.ENTRY_EVENTS, array(plan.entry().events()))
        .set(
            JOURNEY_VERSION.ENTRY_SEGMENT,
            // With an event the segment only narrows the entry, nobody has to watch it.
            plan.entry().events().isEmpty() ? plan.entry().segmentId().orElse(null) : null)
        .set(JOURNEY_VERSION.ENTRY_ASKS, plan.entry().asksForFacts())
        .set(JOURNEY_VERSION.EXIT_EVENTS, array(plan.exitEvents()))
        .set(JOURNEY_VERSION.WAIT_EVENTS, array(plan.waitEvents()))
        .set(JOURNEY_VERSION.EXIT_SEGMENTS, array(plan.exitSegments()))
        .set(JOURNEY_VERSION.HAS_EXIT_CONDITIONS, plan.hasExitConditions())
        .set(JOURNEY_VERSION.CREATED_AT, now)
        .execute();
  }

  private static String[] array(Set<String> values) {
    return values.toArray(String[]::new);
  }

  /// Stores `changed` in place of what it was made from. `sweep`: what background work has to do to
  /// those inside; empty: nothing, and no more what it had to do before.
  void update(DSLContext db, JourneyRow changed, Optional<String> sweep, boolean keepsSweep) {
    db.update(JOURNEY)
        .set(JOURNEY.NAME, changed.name())
        .set(JOURNEY.DESCRIPTION, changed.description())
        .set(JOURNEY.STATUS, Words.of(changed.status()))
        .set(JOURNEY.RE_ENTRY, Words.of(changed.reEntry()))
        .set(JOURNEY.VERSION, changed.version())
        .set(JOURNEY.REVISION, JOURNEY.REVISION.plus(1))
        .set(JOURNEY.SWEEP, keepsSweep ? JOURNEY.SWEEP : DSL.val(sweep.orElse(null)))
        .set(JOURNEY.UPDATED_AT, changed.updatedAt())
        .where(JOURNEY.TENANT_ID.eq(changed.tenantId()))
        .and(JOURNEY.JOURNEY_ID.eq(changed.id()))
        .execute();
  }

  /// Takes a journey out of sight and orders its purge. Returns whether it was there.
  boolean delete(DSLContext db, String tenantId, UUID id) {
    return db.update(JOURNEY)
            .set(JOURNEY.STATUS, "deleted")
            .set(JOURNEY.SWEEP, "purge")
            .set(JOURNEY.REVISION, JOURNEY.REVISION.plus(1))
            .where(visible(tenantId))
            .and(JOURNEY.JOURNEY_ID.eq(id))
            .execute()
        == 1;
  }

  Page<JourneyVersion> versions(DSLContext db, String tenantId, UUID id, int limit, int offset) {
    Condition which = JOURNEY_VERSION.TENANT_ID.eq(tenantId).and(JOURNEY_VERSION.JOURNEY_ID.eq(id));
    List<JourneyVersion> rows =
        db.selectFrom(JOURNEY_VERSION)
            .where(which)
            .orderBy(JOURNEY_VERSION.VERSION.desc())
            .limit(limit)
            .offset(offset)
            .fetch(
                row -> {
                  JourneyVersion.Builder version =
                      JourneyVersion.newBuilder()
                          .setVersion(row.getVersion())
                          .setMaxDurationDays(row.getMaxDurationDays())
                          .setDefinition(row.getDefinition())
                          .setCreatedAt(Timestamps.of(row.getCreatedAt()));
                  Optional.ofNullable(row.getEntryCondition())
                      .ifPresent(version::setEntryCondition);
                  Optional.ofNullable(row.getExitRules()).ifPresent(version::setExitRules);
                  return version.build();
                });
    return new Page<>(rows, db.fetchCount(JOURNEY_VERSION, which));
  }

  /// Counts by node id.
  Map<String, NodeCount> nodeCounts(DSLContext db, String tenantId, UUID id) {
    Map<String, NodeCount> counts = new LinkedHashMap<>();
    db.select(
            NODE_COUNT.NODE_ID,
            DSL.max(NODE_COUNT.NODE_TYPE),
            sum(NODE_COUNT.ENTERED).coerce(Long.class),
            sum(NODE_COUNT.REACHED).coerce(Long.class),
            sum(NODE_COUNT.COMPLETED).coerce(Long.class),
            sum(NODE_COUNT.DROPPED).coerce(Long.class))
        .from(NODE_COUNT)
        .where(NODE_COUNT.TENANT_ID.eq(tenantId))
        .and(NODE_COUNT.JOURNEY_ID.eq(id))
        .groupBy(NODE_COUNT.NODE_ID)
        .orderBy(NODE_COUNT.NODE_ID)
        .forEach(
            row ->
                counts.put(
                    row.value1(),
                    new NodeCount(
                        row.value2(), row.value3(), row.value4(), row.value5(), row.value6())));
    return counts;
  }

  /// Number of journeys by status.
  Map<String, Integer> countByStatus(DSLContext db, String tenantId) {
    return db.select(JOURNEY.STATUS, count())
        .from(JOURNEY)
        .where(visible(tenantId))
        .groupBy(JOURNEY.STATUS)
        .fetchMap(JOURNEY.STATUS, count());
  }

  /// Every event type that somebody inside, or on his way in, may have to do with.
  Set<String> wantedEvents(DSLContext db, String tenantId) {
    Set<String> types = new TreeSet<>();
    db.select(
            JOURNEY_VERSION.ENTRY_EVENTS, JOURNEY_VERSION.WAIT_EVENTS, JOURNEY_VERSION.EXIT_EVENTS)
        .from(JOURNEY_VERSION)
        .join(JOURNEY)
        .on(JOURNEY.TENANT_ID.eq(JOURNEY_VERSION.TENANT_ID))
        .and(JOURNEY.JOURNEY_ID.eq(JOURNEY_VERSION.JOURNEY_ID))
        .where(JOURNEY.TENANT_ID.eq(tenantId))
        .and(JOURNEY.STATUS.in("active", "paused"))
        .forEach(
            row -> {
              types.addAll(List.of(row.value1()));
              types.addAll(List.of(row.value2()));
              types.addAll(List.of(row.value3()));
            });
    return types;
  }

  /// Until the transaction ends nobody else says which events the tenant's journeys are after.
  void lockInterests(DSLContext db, String tenantId) {
    db.fetch(
        "select pg_advisory_xact_lock({0}, hashtext({1}))", val(INTERESTS_LOCK), val(tenantId));
  }

  /// Names among `names` that are channels of the tenant, and stay so until the transaction ends.
  Set<String> knownChannels(DSLContext db, String tenantId, Set<String> names) {
    return db.select(CHANNEL.NAME)
        .from(CHANNEL)
        .where(CHANNEL.TENANT_ID.eq(tenantId))
        .and(CHANNEL.NAME.in(names))
        .forShare()
        .fetchSet(CHANNEL.NAME);
  }
}
