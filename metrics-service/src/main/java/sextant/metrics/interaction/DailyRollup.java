package sextant.metrics.interaction;

import static sextant.metrics.jooq.Tables.INTERACTION_DAILY;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jooq.DSLContext;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// What a set of interactions adds to the counts and sums of each UTC day.
final class DailyRollup {

  private record Key(LocalDate day, String offerId, String creativeId, String channelId)
      implements Comparable<Key> {

    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::day)
            .thenComparing(Key::offerId)
            .thenComparing(Key::creativeId)
            .thenComparing(Key::channelId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  private record Counts(
      long interactions,
      long impressions,
      long positive,
      long negative,
      long neutral,
      long conversions,
      BigDecimal value,
      BigDecimal cost) {

    Counts plus(Counts other) {
      return new Counts(
          interactions + other.interactions,
          impressions + other.impressions,
          positive + other.positive,
          negative + other.negative,
          neutral + other.neutral,
          conversions + other.conversions,
          value.add(other.value),
          cost.add(other.cost));
    }

    Counts negated() {
      return new Counts(
          -interactions,
          -impressions,
          -positive,
          -negative,
          -neutral,
          -conversions,
          value.negate(),
          cost.negate());
    }
  }

  private static final String UPSERT =
      """
      insert into metrics.interaction_daily as daily
        (tenant_id, day, offer_id, creative_id, channel_id,
         interactions, impressions, positive, negative, neutral, conversions, value, cost)
      select ?, day::date, offer_id, creative_id, channel_id,
             interactions::bigint, impressions::bigint, positive::bigint, negative::bigint,
             neutral::bigint, conversions::bigint, value::numeric, cost::numeric
      from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        as added (day, offer_id, creative_id, channel_id,
                  interactions, impressions, positive, negative, neutral, conversions, value, cost)
      on conflict (tenant_id, day, offer_id, creative_id, channel_id) do update set
        interactions = daily.interactions + excluded.interactions,
        impressions = daily.impressions + excluded.impressions,
        positive = daily.positive + excluded.positive,
        negative = daily.negative + excluded.negative,
        neutral = daily.neutral + excluded.neutral,
        conversions = daily.conversions + excluded.conversions,
        value = daily.value + excluded.value,
        cost = daily.cost + excluded.cost
      """;

  /// Sorted, so that transactions lock the rows in one order and never each other.
  private final Map<Key, Counts> added = new TreeMap<>();

  /// Whether rows may come to count nothing.
  private boolean subtracts;

  void add(InteractionRecord row) {
    added.merge(key(row), counts(row), Counts::plus);
  }

  /// Takes out an interaction that is superseded.
  void subtract(InteractionRecord row) {
    subtracts = true;
    added.merge(key(row), counts(row).negated(), Counts::plus);
  }

  private static Key key(InteractionRecord row) {
    return new Key(
        LocalDate.ofInstant(row.getOccurredAt(), ZoneOffset.UTC),
        Objects.requireNonNullElse(row.getOfferId(), ""),
        Objects.requireNonNullElse(row.getCreativeId(), ""),
        Objects.requireNonNullElse(row.getChannelId(), ""));
  }

  private static Counts counts(InteractionRecord row) {
    boolean positive = row.getIsPositive();
    boolean negative = row.getIsNegative();
    return new Counts(
        1,
        row.getIsImpression() ? 1 : 0,
        positive ? 1 : 0,
        negative ? 1 : 0,
        positive || negative ? 0 : 1,
        row.getIsConversion() ? 1 : 0,
        Objects.requireNonNullElse(row.getValue(), BigDecimal.ZERO),
        Objects.requireNonNullElse(row.getCost(), BigDecimal.ZERO));
  }

  /// Adds to the stored rows. The last statement of its transaction, because the rows of today are
  /// what concurrent transactions wait for each other on.
  void save(DSLContext tx, String tenantId) {
    if (added.isEmpty()) {
      return;
    }
    List<Map.Entry<Key, Counts>> rows = new ArrayList<>(added.entrySet());
    Columns.execute(
        tx,
        UPSERT,
        tenantId,
        List.of(
            key(rows, Key::day),
            key(rows, Key::offerId),
            key(rows, Key::creativeId),
            key(rows, Key::channelId),
            count(rows, Counts::interactions),
            count(rows, Counts::impressions),
            count(rows, Counts::positive),
            count(rows, Counts::negative),
            count(rows, Counts::neutral),
            count(rows, Counts::conversions),
            count(rows, Counts::value),
            count(rows, Counts::cost)));
    if (subtracts) {
      tx.deleteFrom(INTERACTION_DAILY)
          .where(INTERACTION_DAILY.TENANT_ID.eq(tenantId))
          .and(INTERACTION_DAILY.DAY.in(added.keySet().stream().map(Key::day).distinct().toList()))
          .and(INTERACTION_DAILY.INTERACTIONS.eq(0L))
          .execute();
    }
  }

  private static String[] key(List<Map.Entry<Key, Counts>> rows, Function<Key, Object> part) {
    return Columns.of(rows, row -> part.apply(row.getKey()).toString());
  }

  private static String[] count(List<Map.Entry<Key, Counts>> rows, Function<Counts, Object> part) {
    return Columns.of(rows, row -> part.apply(row.getValue()).toString());
  }
}
