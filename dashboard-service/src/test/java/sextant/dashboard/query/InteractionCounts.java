package sextant.dashboard.query;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/// The counts of interactions by day that the metrics-service keeps, made from the interactions.
final class InteractionCounts {

  /// Tables and what they count apart beside the day.
  private static final Map<String, List<String>> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("interaction_daily", List.of("offer_id", "channel_id"));
    TABLES.put("interaction_daily_by_offer", List.of("offer_id"));
    TABLES.put("interaction_daily_by_channel", List.of("channel_id"));
  }

  private InteractionCounts() {}

  static void write(DSLContext owner, String tenant) {
    TABLES.forEach(
        (table, keys) ->
            owner.execute(
                """
                insert into metrics.%s
                select tenant_id, (occurred_at at time zone 'UTC')::date, %s, count(*),
                       count(*) filter (where is_impression), count(*) filter (where is_positive),
                       count(*) filter (where is_negative),
                       count(*) filter (where not is_positive and not is_negative),
                       count(*) filter (where is_conversion),
                       coalesce(sum(value), 0), coalesce(sum(cost), 0)
                from metrics.interaction
                where tenant_id = ?
                group by tenant_id, 2, %s
                """
                    .formatted(
                        table,
                        String.join(
                            ", ", keys.stream().map(key -> "coalesce(" + key + ", '')").toList()),
                        keys.size() == 1 ? "3" : "3, 4"),
                tenant));
  }

  static void delete(DSLContext owner, String tenant) {
    TABLES
        .keySet()
        .forEach(
            table ->
                owner.execute("delete from metrics." + table + " where tenant_id = ?", tenant));
  }
}
