package sextant.metrics.interaction;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import sextant.kit.db.Ids;
import sextant.metrics.feed.EventOutbox;
import sextant.metrics.jooq.tables.records.InteractionRecord;
import sextant.metrics.realtime.LiveMetrics;
import sextant.metrics.v1.OutcomeType;

/// The one transaction that records interactions: the facts, and everything that is kept in step
/// with them.
final class InteractionWriter {

  /// What became of an interaction.
  ///
  /// @param row the interaction, or the first one with its key
  /// @param duplicate whether its key was recorded before
  record Recorded(InteractionRecord row, boolean duplicate) {}

  /// Keys belong to a customer.
  private record Key(String customerId, String idempotencyKey) {
    static Key of(InteractionRecord row) {
      return new Key(row.getCustomerId(), row.getIdempotencyKey());
    }
  }

  private static final String INSERT =
      """
      insert into metrics.interaction
        (tenant_id, customer_id, occurred_at, interaction_id, recorded_at, type,
         offer_id, creative_id, channel_id, direction,
         is_impression, is_positive, is_negative, is_conversion,
         value, cost, properties, idempotency_key)
      select ?, customer_id,
             timestamptz 'epoch' + occurred_micros::bigint * interval '1 microsecond',
             interaction_id::uuid,
             timestamptz 'epoch' + recorded_micros::bigint * interval '1 microsecond', type,
             offer_id, creative_id, channel_id, direction,
             is_impression::boolean, is_positive::boolean, is_negative::boolean,
             is_conversion::boolean,
             value::numeric, cost::numeric, properties::jsonb, idempotency_key
      from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        as arrived
        (customer_id, occurred_micros, interaction_id, recorded_micros, type,
         offer_id, creative_id, channel_id, direction,
         is_impression, is_positive, is_negative, is_conversion,
         value, cost, properties, idempotency_key)
      on conflict (tenant_id, customer_id, idempotency_key) where idempotency_key is not null
        do nothing
      """;

  private final OutcomeTypeRepository types = new OutcomeTypeRepository();
  private final InteractionRepository interactions = new InteractionRepository();
  private final TypeDiscovery discovery = new TypeDiscovery();

  /// Records `arrived`, all of one tenant, within `tx`. Results are in the order given.
  List<Recorded> write(DSLContext tx, String tenantId, List<InteractionRecord> arrived) {
    LiveMetrics live = LiveMetrics.enter(tx, tenantId);
    // Only now: who waits for all writers to leave has then seen every earlier id.
    arrived.forEach(row -> row.setInteractionId(Ids.next()));
    discovery.record(tx, tenantId, arrived);
    classify(tx, tenantId, arrived);
    Map<Key, InteractionRecord> firsts =
        insert(tx, tenantId, arrived) == arrived.size() ? Map.of() : firsts(tx, tenantId, arrived);
    DailyRollup rollup = new DailyRollup();
    List<InteractionRecord> added = new ArrayList<>(arrived.size());
    List<Recorded> results = new ArrayList<>(arrived.size());
    for (InteractionRecord row : arrived) {
      InteractionRecord first = firsts.getOrDefault(Key.of(row), row);
      boolean duplicate = !first.getInteractionId().equals(row.getInteractionId());
      if (!duplicate) {
        rollup.add(row);
        added.add(row);
      }
      results.add(new Recorded(duplicate ? first : row, duplicate));
    }
    live.add(added);
    EventOutbox.keep(tx, tenantId, added);
    rollup.save(tx, tenantId);
    return results;
  }

  private void classify(DSLContext tx, String tenantId, List<InteractionRecord> arrived) {
    Map<String, OutcomeType> meaning =
        types.resolve(
            tx, tenantId, arrived.stream().map(InteractionRecord::getType).distinct().toList());
    arrived.forEach(row -> Interactions.classify(row, meaning.get(row.getType())));
  }

  /// Inserts all but duplicates; returns how many. Keys go in one order, because transactions that
  /// insert the same key wait for each other; of equal keys the first stays first.
  private static int insert(DSLContext tx, String tenantId, List<InteractionRecord> arrived) {
    List<InteractionRecord> rows = new ArrayList<>(arrived);
    rows.sort(
        Comparator.comparing(InteractionRecord::getCustomerId)
            .thenComparing(
                InteractionRecord::getIdempotencyKey,
                Comparator.nullsFirst(Comparator.naturalOrder())));
    return Columns.execute(
        tx,
        INSERT,
        tenantId,
        List.of(
            Columns.of(rows, InteractionRecord::getCustomerId),
            Columns.of(rows, row -> micros(row.getOccurredAt())),
            Columns.of(rows, InteractionRecord::getInteractionId),
            Columns.of(rows, row -> micros(row.getRecordedAt())),
            Columns.of(rows, InteractionRecord::getType),
            Columns.of(rows, InteractionRecord::getOfferId),
            Columns.of(rows, InteractionRecord::getCreativeId),
            Columns.of(rows, InteractionRecord::getChannelId),
            Columns.of(rows, InteractionRecord::getDirection),
            Columns.of(rows, InteractionRecord::getIsImpression),
            Columns.of(rows, InteractionRecord::getIsPositive),
            Columns.of(rows, InteractionRecord::getIsNegative),
            Columns.of(rows, InteractionRecord::getIsConversion),
            Columns.of(rows, InteractionRecord::getValue),
            Columns.of(rows, InteractionRecord::getCost),
            Columns.of(rows, InteractionRecord::getProperties),
            Columns.of(rows, InteractionRecord::getIdempotencyKey)));
  }

  private static long micros(Instant instant) {
    return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1_000;
  }

  /// The stored interactions with the keys of `arrived`. A key that is new was stored just now.
  private Map<Key, InteractionRecord> firsts(
      DSLContext tx, String tenantId, List<InteractionRecord> arrived) {
    Map<Key, InteractionRecord> firsts = new HashMap<>();
    interactions
        .findByKeys(
            tx, tenantId, arrived.stream().filter(row -> row.getIdempotencyKey() != null).toList())
        .forEach(row -> firsts.put(Key.of(row), row));
    return firsts;
  }
}
