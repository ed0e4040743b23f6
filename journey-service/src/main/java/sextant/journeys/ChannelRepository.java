package sextant.journeys;

import static sextant.journeys.jooq.Tables.CHANNEL;
import static sextant.journeys.jooq.Tables.JOURNEY;
import static sextant.journeys.jooq.Tables.JOURNEY_VERSION;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import sextant.journeys.jooq.tables.records.ChannelRecord;

/// Channel settings.
final class ChannelRepository {

  /// What a running journey looks like to somebody who wants to know its channels.
  record Running(UUID journeyId, VersionContent content) {}

  List<ChannelRecord> all(DSLContext db, String tenantId) {
    return db.selectFrom(CHANNEL)
        .where(CHANNEL.TENANT_ID.eq(tenantId))
        .orderBy(CHANNEL.NAME)
        .fetch();
  }

  /// Creates a channel or replaces the settings of the one with its name; the secret only when
  /// there is one. Returns what is stored.
  ChannelRecord upsert(DSLContext db, ChannelRecord channel) {
    return db.insertInto(CHANNEL)
        .set(channel)
        .onConflict(CHANNEL.TENANT_ID, CHANNEL.NAME)
        .doUpdate()
        .set(CHANNEL.KIND, channel.getKind())
        .set(CHANNEL.URL, channel.getUrl())
        .set(CHANNEL.SECRET, DSL.coalesce(DSL.excluded(CHANNEL.SECRET), CHANNEL.SECRET))
        .set(CHANNEL.TIMEOUT_MS, channel.getTimeoutMs())
        .set(CHANNEL.MAX_ATTEMPTS, channel.getMaxAttempts())
        .set(CHANNEL.UPDATED_AT, channel.getUpdatedAt())
        .returning()
        .fetchSingle();
  }

  /// Returns whether it was there.
  boolean delete(DSLContext db, String tenantId, String name) {
    return db.deleteFrom(CHANNEL)
            .where(CHANNEL.TENANT_ID.eq(tenantId))
            .and(CHANNEL.NAME.eq(name))
            .execute()
        == 1;
  }

  /// Journeys that are active or paused, with their current versions. They stay so until the
  /// transaction ends.
  List<Running> running(DSLContext db, String tenantId) {
    return db.select(
            JOURNEY.JOURNEY_ID,
            JOURNEY_VERSION.DEFINITION,
            JOURNEY_VERSION.ENTRY_CONDITION,
            JOURNEY_VERSION.EXIT_RULES,
            JOURNEY_VERSION.MAX_DURATION_DAYS)
        .from(JOURNEY)
        .join(JOURNEY_VERSION)
        .on(JOURNEY_VERSION.TENANT_ID.eq(JOURNEY.TENANT_ID))
        .and(JOURNEY_VERSION.JOURNEY_ID.eq(JOURNEY.JOURNEY_ID))
        .and(JOURNEY_VERSION.VERSION.eq(JOURNEY.VERSION))
        .where(JOURNEY.TENANT_ID.eq(tenantId))
        .and(JOURNEY.STATUS.in("active", "paused"))
        .orderBy(JOURNEY.JOURNEY_ID)
        .forShare()
        .of(JOURNEY)
        .fetch(
            row ->
                new Running(
                    row.value1(),
                    new VersionContent(
                        row.value2(),
                        Optional.ofNullable(row.value3()),
                        Optional.ofNullable(row.value4()),
                        row.value5())));
  }
}
