package sextant.bench;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// Ninety days of a tenant's facts, made inside the database, with the counts by day that the
/// services keep: 200 offers, 8 channels, and for ten interactions one customer and one decision
/// trace with 5 candidates.
final class DashboardData {

  static final int DAYS = 90;

  private static final String INTERACTIONS =
      """
      insert into metrics.interaction
        (tenant_id, customer_id, occurred_at, interaction_id, recorded_at, type, offer_id, creative_id,
         channel_id, direction, is_impression, is_positive, is_negative, is_conversion, value, cost)
      select '%1$s', 'customer-' || n * 7919 %% %2$d, now() - interval '90 days' * (n::float8 / %3$d),
             (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
               || '7' || lpad(to_hex(n %% 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid,
             now(), (array['impression', 'impression', 'impression', 'click', 'convert', 'dismiss'])[1 + n / 3 %% 6],
             'off_' || n * 31 %% 200, 'cr_' || n * 31 %% 200, 'ch_' || n / 7 %% 8, 'outbound',
             n / 3 %% 6 < 3, n / 3 %% 6 in (3, 4), n / 3 %% 6 = 5, n / 3 %% 6 = 4,
             case when n / 3 %% 6 = 4 then (n %% 10000)::numeric / 100 end, 0.01
      from generate_series(1, %3$d::bigint) as n
      """;

  /// The finest daily counts; the coarser ones are added up from these.
  private static final String INTERACTION_DAILY =
      """
      insert into metrics.interaction_daily
      select tenant_id, (occurred_at at time zone 'UTC')::date, offer_id, channel_id, count(*),
             sum(is_impression::integer), sum(is_positive::integer), sum(is_negative::integer),
             sum((not is_positive and not is_negative)::integer), sum(is_conversion::integer),
             coalesce(sum(value), 0), sum(cost)
      from metrics.interaction group by 1, 2, 3, 4
      """;

  /// `%1$s` is the only key beside the day.
  private static final String COARSER_DAILY =
      """
      insert into metrics.interaction_daily_by_%1$s
      select tenant_id, day, %1$s_id, sum(interactions), sum(impressions), sum(positive), sum(negative),
             sum(neutral), sum(conversions), sum(value), sum(cost)
      from metrics.interaction_daily group by 1, 2, 3
      """;

  private static final String TRACES =
      """
      insert into dashboard.decision_trace
      select '%1$s', 'customer-' || n * 7919 %% %2$d, gen_random_uuid(), 't' || n,
             now() - interval '90 days' * (n::float8 / %3$d), 'flow_' || n %% 3, 'ch_' || n / 7 %% 8,
             10 + n * 7 %% 300, n %% 100 = 0, true
      from generate_series(1, %3$d::bigint) as n
      """;

  private static final String CANDIDATES =
      """
      insert into dashboard.decision_candidate
      select tenant_id, customer_id, trace_key, 'off_' || (n * 13 + place * 37) %% 200, created_at,
             decision_flow_key, channel_id, place < 4, null, n %% 7 > 0 or place = 0, null, null,
             case when place < 4 then round((1000 - n %% 300 - 200 * place) / 1000.0, 3) end,
             case when place < 4 then place + 1 end, case when place = 0 then 1 end, null,
             case when place between 1 and 3 then 'off_' || n * 13 %% 200 end
      from (select *, substr(id, 2)::bigint as n from dashboard.decision_trace where tenant_id = '%1$s') as trace,
           generate_series(0, 4) as place
      """;

  /// Adds up a view of facts into a table with columns of the same names in another order.
  private static final String COUNT =
      """
      do $$
      declare
        keys text;
        counters text;
        sums text;
      begin
        select string_agg(quote_ident(name), ', ') filter (where is_key),
               string_agg(quote_ident(name), ', ') filter (where not is_key),
               string_agg('sum(' || quote_ident(name) || ')', ', ') filter (where not is_key)
        into keys, counters, sums
        from (select attname as name, attnum = any(conkey) as is_key
              from pg_attribute, pg_constraint
              where attrelid = 'dashboard.%1$s'::regclass and attnum > 0 and not attisdropped
                and conrelid = attrelid and contype = 'p') as columns;
        execute format('insert into dashboard.%1$s (%%1$s, %%2$s) select %%1$s, %%3$s from dashboard.%2$s '
                       'group by %%1$s', keys, counters, sums);
      end $$
      """;

  /// Tables of counts and the views of what they add up.
  private static final Map<String, String> COUNTED =
      Map.of(
          "trace_daily", "trace_fact",
          "latency_daily", "latency_fact",
          "beaten_daily", "beaten_fact",
          "candidate_daily", "candidate_fact",
          "candidate_daily_by_offer", "candidate_fact",
          "score_daily_by_channel", "candidate_fact",
          "attribution_total", "attribution_fact",
          "suppression_total", "suppression_fact");

  /// Drops the indexes of the tables of facts: made after the rows they take a fraction of the
  /// time.
  private static final String SET_INDEXES_ASIDE =
      """
      create temporary table set_aside as
      select indrelid::regclass::text as relation, conname,
             coalesce('alter table ' || indrelid::regclass || ' add constraint ' || conname || ' '
                        || pg_get_constraintdef(pg_constraint.oid),
                      pg_get_indexdef(indexrelid)) as definition,
             indexrelid::regclass::text as index
      from pg_index left join pg_constraint on conindid = indexrelid
      where indrelid = any(array['metrics.interaction', 'dashboard.decision_trace',
                                 'dashboard.decision_candidate']::regclass[]);
      do $$
      declare aside record;
      begin
        for aside in select * from set_aside loop
          if aside.conname is null then
            execute 'drop index ' || aside.index;
          else
            execute 'alter table ' || aside.relation || ' drop constraint ' || aside.conname;
          end if;
        end loop;
      end $$
      """;

  private static final String BRING_INDEXES_BACK =
      """
      set maintenance_work_mem = '1GB';
      do $$
      declare aside record;
      begin
        for aside in select * from set_aside loop
          execute aside.definition;
        end loop;
      end $$;
      drop table set_aside
      """;

  /// Rows of counts that are not what the facts add up to, for one of the tables of interactions.
  private static final String WRONG_COUNTS =
      """
      with counted as (
        select tenant_id, day, sum(interactions), sum(impressions), sum(positive), sum(negative), sum(neutral),
               sum(conversions), sum(value), sum(cost)
        from metrics.%s group by 1, 2),
      facts as (
        select tenant_id, (occurred_at at time zone 'UTC')::date, count(*),
               count(*) filter (where is_impression), count(*) filter (where is_positive),
               count(*) filter (where is_negative), count(*) filter (where not is_positive and not is_negative),
               count(*) filter (where is_conversion), coalesce(sum(value), 0), coalesce(sum(cost), 0)
        from metrics.interaction where superseded_at is null group by 1, 2)
      select 'counts of a day' from (
        (table counted except table facts) union all (table facts except table counted)) as wrong
      """;

  private static final String CATALOGUE =
      """
      insert into dashboard.offer
        select '%1$s', 'off_' || n, 'Offer ' || n, 'active', 'cat_' || n %% 10, 50, null, null
        from generate_series(0, 199) as n;
      insert into dashboard.category select '%1$s', 'cat_' || n, 'Category ' || n from generate_series(0, 9) as n;
      insert into dashboard.channel
        select '%1$s', 'ch_' || n, 'Channel ' || n, 'active' from generate_series(0, 7) as n;
      insert into dashboard.creative
        select '%1$s', 'cr_' || n, 'off_' || n, 'ch_' || n %% 8, null, 'active' from generate_series(0, 199) as n;
      insert into dashboard.budget
        select '%1$s', 'b' || n, null, 'offer', 'off_' || n, 'monthly', null, 1000, null, null
        from generate_series(0, 49) as n;
      insert into dashboard.suppression
        select '%1$s', 'customer-' || n %% %2$d, 's' || n, 'global', null, 'policy-' || n %% 5, null,
               now() + interval '1 hour' * (n %% 1000 - 200)
        from generate_series(1, %3$d) as n;
      insert into dashboard.attribution_result
        select '%1$s', 'customer-' || n %% %2$d, 'r' || n, 'c' || n, 'model-' || n %% 3, n %% 100, '[]', now()
        from generate_series(1, %3$d) as n;
      """;

  private DashboardData() {}

  /// Fills the tables, which are empty, with so many interactions of each tenant.
  static void write(Database database, Map<String, Integer> tenants) throws SQLException {
    database.execute(SET_INDEXES_ASIDE);
    for (var tenant : tenants.entrySet()) {
      writeFacts(database, tenant.getKey(), tenant.getValue());
    }
    database.execute(BRING_INDEXES_BACK);
    database.execute(INTERACTION_DAILY);
    database.execute(COARSER_DAILY.formatted("offer"));
    database.execute(COARSER_DAILY.formatted("channel"));
    for (var counted : COUNTED.entrySet()) {
      database.execute(COUNT.formatted(counted.getKey(), counted.getValue()));
    }
    for (String table :
        List.of(
            "interaction_daily", "interaction_daily_by_offer", "interaction_daily_by_channel")) {
      if (database.text(WRONG_COUNTS.formatted(table)).isPresent()) {
        throw new IllegalStateException(table + " is not what the interactions add up to");
      }
    }
  }

  private static void writeFacts(Database database, String tenant, int interactions)
      throws SQLException {
    int customers = customers(interactions);
    int traces = interactions / 10;
    System.out.printf("%s: %,d interactions, %,d traces ...%n", tenant, interactions, traces);
    database.execute(INTERACTIONS.formatted(tenant, customers, interactions));
    database.execute(TRACES.formatted(tenant, customers, traces));
    database.execute(CANDIDATES.formatted(tenant));
    database.execute(CATALOGUE.formatted(tenant, customers, interactions / 50));
  }

  static int customers(int interactions) {
    return Math.max(10, interactions / 10);
  }
}
