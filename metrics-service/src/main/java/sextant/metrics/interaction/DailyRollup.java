package sextant.metrics.interaction;

import static sextant.metrics.jooq.Tables.INTERACTION_DAILY;
import static sextant.metrics.jooq.Tables.INTERACTION_DAILY_BY_CHANNEL;
import static sextant.metrics.jooq.Tables.INTERACTION_DAILY_BY_OFFER;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jooq.Table;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// What a set of interactions adds to the counts and sums of each UTC day.
final class DailyRollup {

  private record Key(LocalDate day, String offerId, String channelId) implements Comparable<Key> {

    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::day).thenComparing(Key::offerId).thenComparing(Key::channelId);

    /// The same day without telling channels apart.
    Key ofOffer() {
      return new Key(day, offerId, "");
    }

    /// The same day without telling offers apart.
    Key ofChannel() {
      return new Key(day, "", channelId);
    }

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

  /// A table of daily counts, its keys beside tenant and day, and the key there of one in full.
  private record Grain(
      Table<?> table, String columns, UnaryOperator<Key> key, List<Function<Key, Object>> parts) {}

  /// Always in this order, so that transactions never lock each other.
  private static final List<Grain> GRAINS =
      List.of(
          new Grain(
              INTERACTION_DAILY,
              "offer_id, channel_id",
              UnaryOperator.identity(),
              List.of(Key::day, Key::offerId, Key::channelId)),
          new Grain(
              INTERACTION_DAILY_BY_OFFER,
              "offer_id",
              Key::ofOffer,
              List.of(Key::day, Key::offerId)),
          new Grain(
              INTERACTION_DAILY_BY_CHANNEL,
              "channel_id",
              Key::ofChannel,
              List.of(Key::day, Key::channelId)));

  private static final List<Function<Counts, Object>> COUNTERS =
      List.of(
          Counts::interactions,
          Counts::impressions,
          Counts::positive,
          Counts::negative,
          Counts::neutral,
          Counts::conversions,
          Counts::value,
          Counts::cost);

  /// `%1$s` is the table, `%2$s` its keys beside tenant and day, `%3$s` a parameter for each column
  /// but the tenant.
  private static final String UPSERT =
      """
      insert into metrics.%1$s as daily
        (tenant_id, day, %2$s,
         interactions, impressions, positive, negative, neutral, conversions, value, cost)
      select ?, day::date, %2$s,
             interactions::bigint, impressions::bigint, positive::bigint, negative::bigint,
             neutral::bigint, conversions::bigint, value::numeric, cost::numeric
      from unnest(%3$s)
        as added (day, %2$s,
                  interactions, impressions, positive, negative, neutral, conversions, value, cost)
      on conflict (tenant_id, day, %2$s) do update set
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

  /// Adds to the stored rows. The last statements of their transaction, because the rows of today
  /// are what concurrent transactions wait for each other on.
  void save(DSLContext tx, String tenantId) {
    if (!added.isEmpty()) {
      GRAINS.forEach(grain -> save(tx, tenantId, grain));
    }
  }

  private void save(DSLContext tx, String tenantId, Grain grain) {
    Map<Key, Counts> merged = new TreeMap<>();
    added.forEach((key, counts) -> merged.merge(grain.key().apply(key), counts, Counts::plus));
    List<Map.Entry<Key, Counts>> rows = new ArrayList<>(merged.entrySet());
    List<String[]> columns = new ArrayList<>();
    grain.parts().forEach(part -> columns.add(column(rows, row -> part.apply(row.getKey()))));
    COUNTERS.forEach(part -> columns.add(column(rows, row -> part.apply(row.getValue()))));
    Columns.execute(
        tx,
        UPSERT.formatted(
            grain.table().getName(),
            grain.columns(),
            String.join(", ", Collections.nCopies(columns.size(), "?"))),
        tenantId,
        columns);
    if (subtracts) {
      tx.deleteFrom(grain.table())
          .where(grain.table().field("tenant_id", String.class).eq(tenantId))
          .and(
              grain
                  .table()
                  .field("day", LocalDate.class)
                  .in(merged.keySet().stream().map(Key::day).distinct().toList()))
          .and(grain.table().field("interactions", Long.class).eq(0L))
          .execute();
    }
  }

  private static String[] column(
      List<Map.Entry<Key, Counts>> rows, Function<Map.Entry<Key, Counts>, Object> part) {
    return Columns.of(rows, row -> part.apply(row).toString());
  }
}
