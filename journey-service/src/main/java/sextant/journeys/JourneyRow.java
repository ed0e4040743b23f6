package sextant.journeys;

import static sextant.journeys.jooq.Tables.JOURNEY;
import static sextant.journeys.jooq.Tables.JOURNEY_VERSION;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Record;
import sextant.journeys.v1.Journey;
import sextant.journeys.v1.JourneyStatus;
import sextant.journeys.v1.ReEntry;
import sextant.kit.rpc.Timestamps;

/// A journey with its current version.
///
/// @param revision raised by every change
record JourneyRow(
    String tenantId,
    UUID id,
    String name,
    String description,
    JourneyStatus status,
    ReEntry reEntry,
    int version,
    int revision,
    VersionContent content,
    Instant createdAt,
    Instant updatedAt) {

  static JourneyRow of(Record row) {
    return new JourneyRow(
        row.get(JOURNEY.TENANT_ID),
        row.get(JOURNEY.JOURNEY_ID),
        row.get(JOURNEY.NAME),
        row.get(JOURNEY.DESCRIPTION),
        Words.status(row.get(JOURNEY.STATUS)),
        Words.reEntry(row.get(JOURNEY.RE_ENTRY)),
        row.get(JOURNEY.VERSION),
        row.get(JOURNEY.REVISION),
        new VersionContent(
            row.get(JOURNEY_VERSION.DEFINITION),
            Optional.ofNullable(row.get(JOURNEY_VERSION.ENTRY_CONDITION)),
            Optional.ofNullable(row.get(JOURNEY_VERSION.EXIT_RULES)),
            row.get(JOURNEY_VERSION.MAX_DURATION_DAYS)),
        row.get(JOURNEY.CREATED_AT),
        row.get(JOURNEY.UPDATED_AT));
  }

  Journey message() {
    Journey.Builder message =
        Journey.newBuilder()
            .setId(id.toString())
            .setName(name)
            .setDescription(description)
            .setStatus(status)
            .setMaxDurationDays(content.maxDurationDays())
            .setDefinition(content.definition())
            .setCreatedAt(Timestamps.of(createdAt))
            .setUpdatedAt(Timestamps.of(updatedAt))
            .setReEntry(reEntry)
            .setVersion(version);
    content.entryCondition().ifPresent(message::setEntryCondition);
    content.exitRules().ifPresent(message::setExitRules);
    return message.build();
  }
}
