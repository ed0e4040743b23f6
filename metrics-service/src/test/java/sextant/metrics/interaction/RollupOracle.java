package sextant.metrics.interaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.jooq.Record;
import org.jooq.Result;
import sextant.kit.testing.EmbeddedDatabase;

/// Recomputes the daily rollup of all tenants from the raw interactions.
final class RollupOracle {

  private static final String RECOMPUTED =
      """
      select tenant_id, (occurred_at at time zone 'UTC')::date as day, coalesce(offer_id, ''),
             coalesce(creative_id, ''), coalesce(channel_id, ''), count(*),
             count(*) filter (where is_impression), count(*) filter (where is_positive),
             count(*) filter (where is_negative),
             count(*) filter (where not is_positive and not is_negative),
             count(*) filter (where is_conversion),
             coalesce(sum(value), 0), coalesce(sum(cost), 0)
      from metrics.interaction
      where superseded_at is null
      group by 1, 2, 3, 4, 5
      """;

  private static final String STORED =
      """
      select tenant_id, day, offer_id, creative_id, channel_id, interactions, impressions,
             positive, negative, neutral, conversions, value, cost
      from metrics.interaction_daily
      """;

  private RollupOracle() {}

  static void assertRollupEqualsRaw(EmbeddedDatabase database) {
    assertContained(database, RECOMPUTED, STORED);
    assertContained(database, STORED, RECOMPUTED);
  }

  private static void assertContained(EmbeddedDatabase database, String rows, String in) {
    Result<Record> missing =
        database.asOwner(sql -> sql.fetch("(" + rows + ") except (" + in + ")"));
    assertThat(missing).isEmpty();
  }
}
