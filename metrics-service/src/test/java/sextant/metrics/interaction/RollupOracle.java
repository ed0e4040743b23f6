package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jooq.Record;
import org.jooq.Result;
import sextant.kit.testing.EmbeddedDatabase;

/// Recomputes the daily counts of all tenants from the raw interactions.
final class RollupOracle {

  /// Tables and the keys that they count apart beside tenant and day.
  private static final Map<String, List<String>> TABLES =
      Map.of(
          "interaction_daily", List.of("offer_id", "channel_id"),
          "interaction_daily_by_offer", List.of("offer_id"),
          "interaction_daily_by_channel", List.of("channel_id"));

  private static final String RECOMPUTED =
      """
      select tenant_id, (occurred_at at time zone 'UTC')::date as day, %s, count(*),
             count(*) filter (where is_impression), count(*) filter (where is_positive),
             count(*) filter (where is_negative),
             count(*) filter (where not is_positive and not is_negative),
             count(*) filter (where is_conversion),
             coalesce(sum(value), 0), coalesce(sum(cost), 0)
      from metrics.interaction
      where superseded_at is null
      group by tenant_id, day, %s
      """;

  private static final String STORED =
      """
      select tenant_id, day, %s, interactions, impressions,
             positive, negative, neutral, conversions, value, cost
      from metrics.%s
      """;

  private RollupOracle() {}

  static void assertRollupEqualsRaw(EmbeddedDatabase database) {
    TABLES.forEach(
        (table, keys) -> {
          String orNone =
              String.join(", ", keys.stream().map(key -> "coalesce(" + key + ", '')").toList());
          String recomputed = RECOMPUTED.formatted(orNone, orNone);
          String stored = STORED.formatted(String.join(", ", keys), table);
          assertContained(database, recomputed, stored);
          assertContained(database, stored, recomputed);
        });
  }

  private static void assertContained(EmbeddedDatabase database, String rows, String in) {
    Result<Record> missing =
        database.asOwner(sql -> sql.fetch("(" + rows + ") except (" + in + ")"));
    assertThat(missing).isEmpty();
  }
}
