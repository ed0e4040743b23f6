package sextant.dashboard.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import sextant.kit.testing.EmbeddedDatabase;

/// Counts a tenant's traces anew, straight from the stored rows, and compares.
final class DailyCountsOracle {

  private record Table(String name, String keys, String counters, String recount) {}

  private static final List<Table> TABLES =
      List.of(
          new Table(
              "trace_daily",
              "day, channel_id, decision_flow_key",
              "traces, scored_or_degraded, degraded",
              """
              select (created_at at time zone 'UTC')::date, coalesce(channel_id, ''),
                     coalesce(decision_flow_key, ''), count(*),
                     count(*) filter (where scored or degraded), count(*) filter (where degraded)
              from dashboard.decision_trace where tenant_id = ? group by 1, 2, 3
              """),
          new Table(
              "latency_daily",
              "day, total_latency_ms",
              "traces",
              """
              select (created_at at time zone 'UTC')::date, total_latency_ms, count(*)
              from dashboard.decision_trace
              where tenant_id = ? and total_latency_ms is not null group by 1, 2
              """),
          new Table(
              "beaten_daily",
              "day, offer_id, beaten_by",
              "traces",
              """
              select (created_at at time zone 'UTC')::date, offer_id, beaten_by, count(*)
              from dashboard.decision_candidate
              where tenant_id = ? and beaten_by is not null group by 1, 2, 3
              """),
          new Table(
              "candidate_daily",
              "day, offer_id, channel_id, decision_flow_key",
              "candidates, eligible, scored, selected, rank_sum, " + numbered("rank_", 1),
              """
              select (created_at at time zone 'UTC')::date, offer_id, coalesce(channel_id, ''),
                     coalesce(decision_flow_key, ''), count(*),
                     count(*) filter (where qualified is null or qualified),
                     count(score), count(selected_rank), coalesce(sum(rank), 0), %s
              from dashboard.decision_candidate where tenant_id = ? group by 1, 2, 3, 4
              """
                  .formatted(ranks())),
          new Table(
              "score_daily_by_channel",
              "day, channel_id",
              "scored, score_sum, " + numbered("bucket_", 0),
              """
              select (created_at at time zone 'UTC')::date, coalesce(channel_id, ''), count(*), sum(score), %s
              from dashboard.decision_candidate
              where tenant_id = ? and score is not null group by 1, 2
              """
                  .formatted(buckets())),
          new Table(
              "candidate_daily_by_offer",
              "day, offer_id",
              "candidates, eligible, scored, selected, filtered_by_policy,"
                  + " filtered_by_qualification, scored_too_low, rank_sum, score_sum, "
                  + numbered("rank_", 1)
                  + ", "
                  + numbered("bucket_", 0),
              """
              select (created_at at time zone 'UTC')::date, offer_id, count(*),
                     count(*) filter (where qualified is null or qualified),
                     count(score), count(selected_rank),
                     count(*) filter (where selected_rank is null and not allowed),
                     count(*) filter (where selected_rank is null and coalesce(allowed, true)
                                      and not qualified),
                     count(*) filter (where selected_rank is null and coalesce(allowed, true)
                                      and coalesce(qualified, true)),
                     coalesce(sum(rank), 0), coalesce(sum(score), 0), %s, %s
              from dashboard.decision_candidate where tenant_id = ? group by 1, 2
              """
                  .formatted(ranks(), buckets())));

  private DailyCountsOracle() {}

  private static String numbered(String prefix, int first) {
    return String.join(
        ", ", IntStream.range(first, first + 10).mapToObj(number -> prefix + number).toList());
  }

  private static String ranks() {
    return String.join(
        ", ",
        IntStream.rangeClosed(1, 10)
            .mapToObj(rank -> "count(*) filter (where rank = " + rank + ")")
            .toList());
  }

  private static String buckets() {
    List<String> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < 10; bucket++) {
      String until = bucket == 9 ? "1.1" : "0." + (bucket + 1);
      buckets.add("count(*) filter (where score >= 0." + bucket + " and score < " + until + ")");
    }
    return String.join(", ", buckets);
  }

  /// The rows that are not what they should be, as text. Rows that count nothing may be there.
  static List<String> differences(EmbeddedDatabase database, String tenant) {
    List<String> differences = new ArrayList<>();
    for (Table table : TABLES) {
      String stored =
          "select "
              + table.keys()
              + ", "
              + table.counters()
              + " from dashboard."
              + table.name()
              + " where tenant_id = ? and "
              + table.counters().split(",")[0]
              + " <> 0";
      String sql =
          "(%1$s except all %2$s) union all (%2$s except all %1$s)"
              .formatted("(" + stored + ")", "(" + table.recount() + ")");
      differences.addAll(
          database.asOwner(
              db ->
                  db.fetch(sql, tenant, tenant, tenant, tenant)
                      .map(row -> table.name() + " " + row)));
    }
    return differences;
  }
}
