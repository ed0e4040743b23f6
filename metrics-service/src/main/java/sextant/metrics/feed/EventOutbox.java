package sextant.metrics.feed;

import static org.jooq.impl.DSL.any;
import static sextant.metrics.jooq.Tables.EVENT_INTEREST;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;
import sextant.kit.db.Ids;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// Keeps interactions for whoever waits for their type, in the transaction that records them.
public final class EventOutbox {

  private static final String INSERT =
      """
      insert into metrics.event_outbox
        (tenant_id, customer_id, event_id, consumer, occurred_at, interaction_id)
      select ?, customer_id, event_id, consumer, occurred_at::timestamptz, interaction_id
      from unnest(?, ?, ?, ?, ?) as kept (customer_id, event_id, consumer, occurred_at, interaction_id)
      """;

  private record Kept(InteractionRecord row, String consumer) {}

  private EventOutbox() {}

  public static void keep(DSLContext tx, String tenantId, List<InteractionRecord> recorded) {
    if (recorded.isEmpty()) {
      return;
    }
    String[] types =
        recorded.stream().map(InteractionRecord::getType).distinct().toArray(String[]::new);
    Map<String, List<String>> consumers =
        tx.select(EVENT_INTEREST.TYPE, EVENT_INTEREST.CONSUMER)
            .from(EVENT_INTEREST)
            .where(EVENT_INTEREST.TENANT_ID.eq(tenantId))
            .and(EVENT_INTEREST.TYPE.eq(any(types)))
            .fetchGroups(EVENT_INTEREST.TYPE, EVENT_INTEREST.CONSUMER);
    List<Kept> kept = new ArrayList<>();
    for (InteractionRecord row : recorded) {
      for (String consumer : consumers.getOrDefault(row.getType(), List.of())) {
        kept.add(new Kept(row, consumer));
      }
    }
    if (!kept.isEmpty()) {
      tx.execute(
          INSERT,
          tenantId,
          kept.stream().map(each -> each.row().getCustomerId()).toArray(String[]::new),
          kept.stream().map(each -> Ids.next()).toArray(UUID[]::new),
          kept.stream().map(Kept::consumer).toArray(String[]::new),
          kept.stream().map(each -> each.row().getOccurredAt().toString()).toArray(String[]::new),
          kept.stream().map(each -> each.row().getInteractionId()).toArray(UUID[]::new));
    }
  }
}
