package sextant.dashboard.query;

import static org.jooq.impl.DSL.select;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jooq.Field;

/// How interactions of a window were received: what anomalies are looked for in.
record Reception(long impressions, long positive, BigDecimal revenue) {

  static final Reception NONE = new Reception(0, 0, BigDecimal.ZERO);

  /// What receptions are counted apart by.
  ///
  /// @param dimension overall, offer or channel
  /// @param key the offer or channel
  record Part(String dimension, String key) {

    static final Part OVERALL = new Part("overall", "overall");

    static Part offer(String id) {
      return new Part("offer", id);
    }

    static Part channel(String id) {
      return new Part("channel", id);
    }
  }

  private Reception plus(Reception other) {
    return new Reception(
        impressions + other.impressions, positive + other.positive, revenue.add(other.revenue));
  }

  /// Everything, each offer and each channel.
  static Map<Part, Reception> read(Reading reading, Window window) {
    Map<Part, Reception> parts = new HashMap<>();
    read(reading, window, Sources.INTERACTIONS_BY_OFFER, "offer_id")
        .forEach(
            (id, reception) -> {
              parts.merge(Part.OVERALL, reception, Reception::plus);
              parts.put(Part.offer(id), reception);
            });
    read(reading, window, Sources.INTERACTIONS_BY_CHANNEL, "channel_id")
        .forEach((id, reception) -> parts.put(Part.channel(id), reception));
    parts.remove(Part.offer(""));
    parts.remove(Part.channel(""));
    return parts;
  }

  /// By the id of the offer or channel; the empty text stands for none.
  private static Map<String, Reception> read(
      Reading reading, Window window, Counts source, String key) {
    Field<String> id = Counted.key(key);
    return reading
        .db()
        .fetch(
            select(
                    id,
                    Counted.total("impressions"),
                    Counted.total("positive"),
                    Counted.total("value"))
                .from(source.totals(reading, window, new Audience.Everyone()).table())
                .groupBy(id))
        .intoMap(
            id,
            row ->
                new Reception(
                    row.value2().longValueExact(), row.value3().longValueExact(), row.value4()));
  }
}
