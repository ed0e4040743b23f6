package sextant.dashboard.query;

import java.time.Instant;
import org.jooq.DSLContext;

/// A year of facts of ten thousand customers, made inside the database, with the counts by day that
/// the services keep.
final class ManyFacts {

  private static final String INTERACTIONS =
      """
      insert into metrics.interaction
        (tenant_id, customer_id, occurred_at, interaction_id, recorded_at, type, offer_id, creative_id,
         channel_id, direction, is_impression, is_positive, is_negative, is_conversion, value, cost)
      select cast({0} as text), 'customer-' || n * 7919 % 10000, {1}::timestamptz - interval '365 days' * n / {2},
             gen_random_uuid(), {1}::timestamptz, 'any', 'off_' || n * 31 % 50, 'cr_' || n * 31 % 50,
             'ch_' || n / 7 % 5, 'outbound', n % 4 > 0, n % 4 = 0, false, n % 8 = 0, n % 100, 0.01
      from generate_series(1, {2}::bigint) as n
      """;

  private static final String TRACES =
      """
      insert into dashboard.decision_trace
      select cast({0} as text), 'customer-' || n * 7919 % 10000, gen_random_uuid(), 't' || n,
             {1}::timestamptz - interval '365 days' * n / {2}, 'flow', 'ch_' || n / 7 % 5, n % 500, n % 50 = 0, true
      from generate_series(1, {2}::bigint) as n
      """;

  private static final String CANDIDATES =
      """
      insert into dashboard.decision_candidate
      select tenant_id, customer_id, trace_key, 'off_' || (substr(id, 2)::integer + 7 * place) % 50, created_at,
             decision_flow_key, channel_id, place < 3, null, true, null, null, (place + 1) / 5.0, place + 1,
             case when place = 0 then 1 end, null,
             case when place > 0 then 'off_' || substr(id, 2)::integer % 50 end
      from dashboard.decision_trace, generate_series(0, 3) as place
      """;

  private static final String SUPPRESSIONS =
      """
      insert into dashboard.suppression
      select cast({0} as text), 'customer-' || n % 10000, 's' || n, 'global', null, 'policy-' || n % 5, null,
             {1}::timestamptz + interval '1 hour' * (n % 1000 - 500)
      from generate_series(1, 20000) as n
      """;

  private static final String ATTRIBUTION =
      """
      insert into dashboard.attribution_result
      select cast({0} as text), 'customer-' || n % 10000, 'r' || n, 'c' || n, 'model-' || n % 3, n % 100, '[]', {1}::timestamptz
      from generate_series(1, 20000) as n
      """;

  /// A table and the view with what it counts have their columns in different orders.
  private static final String COUNT =
      """
      do $$
      declare
        rollup record;
        keys text;
        counters text;
        sums text;
      begin
        for rollup in
          values ('trace_daily', 'trace_fact'), ('latency_daily', 'latency_fact'), ('beaten_daily', 'beaten_fact'),
                 ('candidate_daily', 'candidate_fact'), ('candidate_daily_by_offer', 'candidate_fact'),
                 ('score_daily_by_channel', 'candidate_fact')
        loop
          select string_agg(quote_ident(column_name), ', ') filter (where counts is null),
                 string_agg(quote_ident(column_name), ', ') filter (where counts),
                 string_agg('sum(' || quote_ident(column_name) || ')', ', ') filter (where counts)
          into keys, counters, sums
          from information_schema.columns
          left join lateral (
            select true as counts where not exists (
              select from information_schema.key_column_usage as key
              where key.table_schema = 'dashboard' and key.table_name = rollup.column1
                and key.column_name = columns.column_name)) as counter on true
          where table_schema = 'dashboard' and table_name = rollup.column1;
          execute format(
            'insert into dashboard.%1$I (%2$s, %3$s) select %2$s, %4$s from dashboard.%5$I group by %2$s',
            rollup.column1, keys, counters, sums, rollup.column2);
        end loop;
      end $$
      """;

  private ManyFacts() {}

  static void write(DSLContext owner, String tenant, Instant now, int interactions, int traces) {
    owner.execute(INTERACTIONS, tenant, now.toString(), interactions);
    InteractionCounts.write(owner, tenant);
    owner.execute(TRACES, tenant, now.toString(), traces);
    owner.execute(CANDIDATES);
    owner.execute(SUPPRESSIONS, tenant, now.toString());
    owner.execute(ATTRIBUTION, tenant, now.toString());
    owner.execute(COUNT);
    owner.execute(
        """
        insert into dashboard.attribution_total
        select tenant_id, model, sum(conversions), sum(total_value) from dashboard.attribution_fact group by 1, 2
        """);
    owner.execute(
        """
        insert into dashboard.suppression_total
        select tenant_id, expires_on, policy_type, sum(suppressions) from dashboard.suppression_fact group by 1, 2, 3
        """);
  }
}
