package sextant.metrics.feed;

import static org.jooq.impl.DSL.any;
import static sextant.metrics.jooq.Tables.EVENT_INTEREST;
import static sextant.metrics.jooq.Tables.EVENT_OUTBOX;
import static sextant.metrics.jooq.Tables.INTERACTION;

import io.grpc.stub.StreamObserver;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;
import sextant.kit.db.Database;
import sextant.kit.rpc.Caller;
import sextant.kit.rpc.Timestamps;
import sextant.kit.rpc.Unary;
import sextant.metrics.realtime.LiveMetrics;
import sextant.metrics.v1.AcknowledgeEventsRequest;
import sextant.metrics.v1.AcknowledgeEventsResponse;
import sextant.metrics.v1.Event;
import sextant.metrics.v1.EventFeedServiceGrpc.EventFeedServiceImplBase;
import sextant.metrics.v1.PullEventsRequest;
import sextant.metrics.v1.PullEventsResponse;
import sextant.metrics.v1.SetInterestsRequest;
import sextant.metrics.v1.SetInterestsResponse;

/// Hands interactions to the services that wait for them.
public final class EventFeedService extends EventFeedServiceImplBase {

  private static final int DEFAULT_LIMIT = 100;

  private final Database database;

  public EventFeedService(Database database) {
    this.database = database;
  }

  @Override
  public void setInterests(SetInterestsRequest request, StreamObserver<SetInterestsResponse> out) {
    Unary.respond(
        out,
        () -> {
          String tenantId = Caller.current().tenantId();
          return database.inTenant(
              tenantId,
              tx -> {
                // Writers that do not see the change have left before this returns.
                LiveMetrics.enterAlone(tx, tenantId);
                replaceInterests(tx, tenantId, request);
                return SetInterestsResponse.getDefaultInstance();
              });
        });
  }

  private static void replaceInterests(
      DSLContext tx, String tenantId, SetInterestsRequest request) {
    tx.deleteFrom(EVENT_INTEREST)
        .where(EVENT_INTEREST.TENANT_ID.eq(tenantId))
        .and(EVENT_INTEREST.CONSUMER.eq(request.getConsumer()))
        .execute();
    tx.execute(
        "insert into metrics.event_interest (tenant_id, type, consumer) select ?, unnest(?), ?",
        tenantId,
        request.getTypesList().toArray(String[]::new),
        request.getConsumer());
  }

  @Override
  public void pullEvents(PullEventsRequest request, StreamObserver<PullEventsResponse> out) {
    Unary.respond(
        out,
        () -> {
          PullEventsResponse.Builder events = PullEventsResponse.newBuilder();
          int limit = request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT;
          database
              .acrossTenants(
                  tx ->
                      tx.select(EVENT_OUTBOX.EVENT_ID)
                          .select(INTERACTION.fields())
                          .from(EVENT_OUTBOX)
                          .join(INTERACTION)
                          .on(INTERACTION.TENANT_ID.eq(EVENT_OUTBOX.TENANT_ID))
                          .and(INTERACTION.CUSTOMER_ID.eq(EVENT_OUTBOX.CUSTOMER_ID))
                          .and(INTERACTION.OCCURRED_AT.eq(EVENT_OUTBOX.OCCURRED_AT))
                          .and(INTERACTION.INTERACTION_ID.eq(EVENT_OUTBOX.INTERACTION_ID))
                          .where(EVENT_OUTBOX.CONSUMER.eq(request.getConsumer()))
                          .orderBy(EVENT_OUTBOX.EVENT_ID)
                          .limit(limit)
                          .fetch())
              .forEach(row -> events.addEvents(event(row)));
          return events.build();
        });
  }

  @Override
  public void acknowledgeEvents(
      AcknowledgeEventsRequest request, StreamObserver<AcknowledgeEventsResponse> out) {
    Unary.respond(
        out,
        () -> {
          UUID[] ids =
              request.getEventIdsList().stream().map(UUID::fromString).toArray(UUID[]::new);
          database.acrossTenants(
              tx ->
                  tx.deleteFrom(EVENT_OUTBOX)
                      .where(EVENT_OUTBOX.CONSUMER.eq(request.getConsumer()))
                      .and(EVENT_OUTBOX.EVENT_ID.eq(any(ids)))
                      .execute());
          return AcknowledgeEventsResponse.getDefaultInstance();
        });
  }

  private static Event event(Record row) {
    Event.Builder event =
        Event.newBuilder()
            .setEventId(row.get(EVENT_OUTBOX.EVENT_ID).toString())
            .setTenantId(row.get(INTERACTION.TENANT_ID))
            .setInteractionId(row.get(INTERACTION.INTERACTION_ID).toString())
            .setType(row.get(INTERACTION.TYPE))
            .setCustomerId(row.get(INTERACTION.CUSTOMER_ID))
            .setOccurredAt(Timestamps.of(row.get(INTERACTION.OCCURRED_AT)))
            .setRecordedAt(Timestamps.of(row.get(INTERACTION.RECORDED_AT)));
    if (row.get(INTERACTION.VALUE) != null) {
      event.setValue(row.get(INTERACTION.VALUE).stripTrailingZeros().toPlainString());
    }
    if (row.get(INTERACTION.OFFER_ID) != null) {
      event.setOfferId(row.get(INTERACTION.OFFER_ID));
    }
    if (row.get(INTERACTION.CREATIVE_ID) != null) {
      event.setCreativeId(row.get(INTERACTION.CREATIVE_ID));
    }
    if (row.get(INTERACTION.CHANNEL_ID) != null) {
      event.setChannelId(row.get(INTERACTION.CHANNEL_ID));
    }
    if (row.get(INTERACTION.PROPERTIES) != null) {
      event.setProperties(row.get(INTERACTION.PROPERTIES).data());
    }
    return event.build();
  }
}
