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
    Field<String> offerId = Counted.key("offer_id");
    Field<String> channelId = Counted.key("channel_id");
    Map<Part, Reception> parts = new HashMap<>();
    reading
        .db()
        .fetch(
            select(
                    offerId,
                    channelId,
                    Counted.total("impressions"),
                    Counted.total("positive"),
                    Counted.total("value"))
                .from(Sources.INTERACTIONS.totals(reading, window, new Audience.Everyone()).table())
                .groupBy(offerId, channelId))
        .forEach(
            row -> {
              Reception part =
                  new Reception(
                      row.value3().longValueExact(), row.value4().longValueExact(), row.value5());
              parts.merge(Part.OVERALL, part, Reception::plus);
              if (!row.value1().isEmpty()) {
                parts.merge(Part.offer(row.value1()), part, Reception::plus);
              }
              if (!row.value2().isEmpty()) {
                parts.merge(Part.channel(row.value2()), part, Reception::plus);
              }
            });
    return parts;
  }
}
