package sextant.metrics.compute;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.jooq.JSONB;
import sextant.kit.db.Ids;
import sextant.kit.testing.EmbeddedDatabase;
import sextant.metrics.jooq.tables.records.InteractionRecord;

/// Interactions of every shape, written past the service.
public final class InteractionRows {

  private static final String[] TYPES = {"purchase", "click", "impression", "dismiss", "visit"};
  private static final String[] OFFERS = {null, "offer-a", "offer-b", "Offer-ä"};
  private static final String[] CHANNELS = {null, "email", "sms"};
  private static final String[] NUMBERS = {
    "0", "1", "-2.5", "0.000001", "12.340000", "999999999999999999.999999", "-0.1", "3.333333"
  };

  private InteractionRows() {}

  public static List<InteractionRecord> random(
      Random random, String tenantId, int count, Instant from, Instant to) {
    List<InteractionRecord> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      rows.add(random(random, tenantId, from, to));
    }
    return rows;
  }

  private static InteractionRecord random(
      Random random, String tenantId, Instant from, Instant to) {
    InteractionRecord row = blank(tenantId, "customer-" + random.nextInt(12));
    // Whole hours, so that instants repeat and fall on window edges.
    long hours = (to.getEpochSecond() - from.getEpochSecond()) / 3600;
    row.setOccurredAt(from.plusSeconds(3600 * random.nextLong(hours + 1)));
    row.setRecordedAt(row.getOccurredAt());
    row.setType(TYPES[random.nextInt(TYPES.length)]);
    row.setOfferId(OFFERS[random.nextInt(OFFERS.length)]);
    row.setChannelId(CHANNELS[random.nextInt(CHANNELS.length)]);
    row.setDirection(random.nextBoolean() ? "inbound" : "outbound");
    row.setIsImpression(row.getType().equals("impression"));
    row.setIsPositive(row.getType().equals("purchase") || row.getType().equals("click"));
    row.setIsNegative(row.getType().equals("dismiss"));
    row.setIsConversion(row.getType().equals("purchase"));
    if (random.nextInt(4) > 0) {
      row.setValue(number(random));
    }
    row.setProperties(properties(random));
    if (random.nextInt(10) == 0) {
      row.setSupersededAt(row.getRecordedAt());
    }
    return row;
  }

  private static BigDecimal number(Random random) {
    return random.nextBoolean()
        ? new BigDecimal(NUMBERS[random.nextInt(NUMBERS.length)])
        : BigDecimal.valueOf(random.nextInt(2_000_000) - 500_000, random.nextInt(7));
  }

  private static JSONB properties(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> null;
      case 1 -> JSONB.valueOf("{}");
      case 2 -> JSONB.valueOf("{\"amount\": \"12.5\"}");
      case 3 -> JSONB.valueOf("{\"amount\": 1e60, \"cart\": 7}");
      case 4 -> JSONB.valueOf("{\"amount\": null, \"cart\": {\"total\": 1.25e1}}");
      default ->
          JSONB.valueOf(
              "{\"amount\": %s, \"cart\": {\"total\": %s}}"
                  .formatted(number(random).toPlainString(), number(random).toPlainString()));
    };
  }

  /// A row with every column that may not be null.
  public static InteractionRecord blank(String tenantId, String customerId) {
    InteractionRecord row = new InteractionRecord();
    row.setTenantId(tenantId);
    row.setCustomerId(customerId);
    row.setInteractionId(Ids.next());
    row.setDirection("inbound");
    row.setIsImpression(false);
    row.setIsPositive(false);
    row.setIsNegative(false);
    row.setIsConversion(false);
    return row;
  }

  public static void insert(EmbeddedDatabase database, Collection<InteractionRecord> rows) {
    database.asOwner(db -> db.batchInsert(rows).execute());
  }
}
