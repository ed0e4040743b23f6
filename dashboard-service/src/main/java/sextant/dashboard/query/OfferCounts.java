package sextant.dashboard.query;

import java.util.Arrays;
import java.util.List;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Counts of interactions by offer, for the types that list offers.
final class OfferCounts {

  private OfferCounts() {}

  /// The offers with interactions in the window: `offer_id`, `impressions` and these counters.
  static Table<?> byOffer(Reading reading, Window window, Audience audience, String... counters) {
    Field<String> offerId = Counted.key("offer_id");
    List<Field<?>> sums = Arrays.stream(counters).<Field<?>>map(Counted::sumOf).toList();
    return DSL.select(offerId, Counted.sumOf("impressions"))
        .select(sums)
        .from(Sources.INTERACTIONS_BY_OFFER.totals(reading, window, audience).table())
        .where(offerId.ne(""))
        .groupBy(offerId)
        .having(Counted.total("interactions").gt(java.math.BigDecimal.ZERO))
        .asTable("received");
  }
}
