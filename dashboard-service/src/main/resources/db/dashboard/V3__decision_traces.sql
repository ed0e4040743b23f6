-- Decision traces: one row per trace, one per candidate, and their counts by UTC day. The counts are
-- kept in the transaction that records or deletes, so they are never behind and never double.

create table dashboard.decision_trace (
  tenant_id text not null,
  customer_id text not null,
  trace_key uuid not null,
  id text not null,
  created_at timestamptz not null,
  decision_flow_key text,
  channel_id text,
  total_latency_ms integer,
  degraded boolean not null,
  scored boolean not null,
  constraint decision_trace_pk primary key (tenant_id, customer_id, trace_key),
  constraint decision_trace_once unique (tenant_id, customer_id, id)
);
comment on table dashboard.decision_trace is 'How decisions came about. Never changed.';
comment on column dashboard.decision_trace.trace_key is 'UUIDv7 of the arrival: the short form of id within candidates.';
comment on column dashboard.decision_trace.scored is 'Some offer was scored.';
create index decision_trace_id on dashboard.decision_trace (tenant_id, id);
-- The newest traces, their filters included, without touching the table.
create index decision_trace_timeline on dashboard.decision_trace (tenant_id, created_at desc, id collate "C")
  include (trace_key, customer_id, decision_flow_key, channel_id);

create table dashboard.decision_candidate (
  tenant_id text not null,
  customer_id text not null,
  trace_key uuid not null,
  offer_id text not null,
  created_at timestamptz not null,
  decision_flow_key text,
  channel_id text,
  qualified boolean,
  qualification_reason text,
  allowed boolean,
  policy_type text,
  policy_reason text,
  score numeric(13, 12),
  rank integer,
  selected_rank integer,
  selected_creative_id text,
  beaten_by text,
  constraint decision_candidate_pk primary key (tenant_id, customer_id, trace_key, offer_id)
);
comment on table dashboard.decision_candidate is 'An offer that appears in a trace. Null: it is not in that list of the trace.';
comment on column dashboard.decision_candidate.qualified is 'False: some qualification failed.';
comment on column dashboard.decision_candidate.allowed is 'False: some contact policy failed.';
comment on column dashboard.decision_candidate.rank is 'Rank among the scored offers.';
comment on column dashboard.decision_candidate.beaten_by is
  'Scored and not selected: the offer selected at the best rank of the trace.';
-- The candidates of the newest traces without touching the table.
create index decision_candidate_timeline on dashboard.decision_candidate (tenant_id, created_at desc)
  include (offer_id, decision_flow_key, channel_id, qualified, rank, selected_rank);

create table dashboard.trace_daily (
  tenant_id text not null,
  day date not null,
  channel_id text not null,
  decision_flow_key text not null,
  traces bigint not null,
  scored_or_degraded bigint not null,
  degraded bigint not null,
  constraint trace_daily_pk primary key (tenant_id, day, channel_id, decision_flow_key)
);
comment on table dashboard.trace_daily is 'Counts of traces by UTC day. An empty id means none.';

create table dashboard.latency_daily (
  tenant_id text not null,
  day date not null,
  total_latency_ms integer not null,
  traces bigint not null,
  constraint latency_daily_pk primary key (tenant_id, day, total_latency_ms)
);
comment on table dashboard.latency_daily is 'How many traces of a UTC day took how long.';

create table dashboard.candidate_daily (
  tenant_id text not null,
  day date not null,
  offer_id text not null,
  channel_id text not null,
  decision_flow_key text not null,
  candidates bigint not null,
  eligible bigint not null,
  scored bigint not null,
  selected bigint not null,
  filtered_by_policy bigint not null,
  filtered_by_qualification bigint not null,
  scored_too_low bigint not null,
  rank_sum bigint not null,
  score_sum numeric not null,
  rank_1 bigint not null,
  rank_2 bigint not null,
  rank_3 bigint not null,
  rank_4 bigint not null,
  rank_5 bigint not null,
  rank_6 bigint not null,
  rank_7 bigint not null,
  rank_8 bigint not null,
  rank_9 bigint not null,
  rank_10 bigint not null,
  bucket_0 bigint not null,
  bucket_1 bigint not null,
  bucket_2 bigint not null,
  bucket_3 bigint not null,
  bucket_4 bigint not null,
  bucket_5 bigint not null,
  bucket_6 bigint not null,
  bucket_7 bigint not null,
  bucket_8 bigint not null,
  bucket_9 bigint not null,
  constraint candidate_daily_pk primary key (tenant_id, day, offer_id, channel_id, decision_flow_key)
);
comment on table dashboard.candidate_daily is
  'Counts of candidates by UTC day. bucket_N counts scores from N/10 on; the last includes 1.';

create table dashboard.beaten_daily (
  tenant_id text not null,
  day date not null,
  offer_id text not null,
  beaten_by text not null,
  traces bigint not null,
  constraint beaten_daily_pk primary key (tenant_id, day, offer_id, beaten_by)
);
comment on table dashboard.beaten_daily is 'How often a scored offer lost to which selected one, by UTC day.';

-- What a trace and a candidate count: the columns that the daily tables add up, so that what counts
-- is said once. An empty id means none, as there.

create view dashboard.trace_fact with (security_invoker = true) as
select tenant_id, customer_id, trace_key, created_at,
       (created_at at time zone 'UTC')::date as day,
       coalesce(channel_id, '') as channel_id,
       coalesce(decision_flow_key, '') as decision_flow_key,
       1 as traces,
       (scored or degraded)::integer as scored_or_degraded,
       degraded::integer as degraded
from dashboard.decision_trace;

create view dashboard.latency_fact with (security_invoker = true) as
select tenant_id, customer_id, trace_key, created_at,
       (created_at at time zone 'UTC')::date as day,
       total_latency_ms,
       1 as traces
from dashboard.decision_trace
where total_latency_ms is not null;

create view dashboard.candidate_fact with (security_invoker = true) as
select tenant_id, customer_id, trace_key, created_at,
       (created_at at time zone 'UTC')::date as day,
       offer_id,
       coalesce(channel_id, '') as channel_id,
       coalesce(decision_flow_key, '') as decision_flow_key,
       1 as candidates,
       (qualified is not false)::integer as eligible,
       (score is not null)::integer as scored,
       (selected_rank is not null)::integer as selected,
       (selected_rank is null and allowed is false)::integer as filtered_by_policy,
       (selected_rank is null and allowed is not false and qualified is false)::integer
         as filtered_by_qualification,
       (selected_rank is null and allowed is not false and qualified is not false)::integer
         as scored_too_low,
       coalesce(rank, 0) as rank_sum,
       coalesce(score, 0) as score_sum,
       (rank is not distinct from 1)::integer as rank_1,
       (rank is not distinct from 2)::integer as rank_2,
       (rank is not distinct from 3)::integer as rank_3,
       (rank is not distinct from 4)::integer as rank_4,
       (rank is not distinct from 5)::integer as rank_5,
       (rank is not distinct from 6)::integer as rank_6,
       (rank is not distinct from 7)::integer as rank_7,
       (rank is not distinct from 8)::integer as rank_8,
       (rank is not distinct from 9)::integer as rank_9,
       (rank is not distinct from 10)::integer as rank_10,
       (floor(score * 10) is not distinct from 0)::integer as bucket_0,
       (floor(score * 10) is not distinct from 1)::integer as bucket_1,
       (floor(score * 10) is not distinct from 2)::integer as bucket_2,
       (floor(score * 10) is not distinct from 3)::integer as bucket_3,
       (floor(score * 10) is not distinct from 4)::integer as bucket_4,
       (floor(score * 10) is not distinct from 5)::integer as bucket_5,
       (floor(score * 10) is not distinct from 6)::integer as bucket_6,
       (floor(score * 10) is not distinct from 7)::integer as bucket_7,
       (floor(score * 10) is not distinct from 8)::integer as bucket_8,
       (score is not null and score >= 0.9)::integer as bucket_9
from dashboard.decision_candidate;

create view dashboard.beaten_fact with (security_invoker = true) as
select tenant_id, customer_id, trace_key, created_at,
       (created_at at time zone 'UTC')::date as day,
       offer_id,
       beaten_by,
       1 as traces
from dashboard.decision_candidate
where beaten_by is not null;

do $$
declare name text;
begin
  foreach name in array array['decision_trace', 'decision_candidate', 'trace_daily', 'latency_daily',
    'candidate_daily', 'beaten_daily']
  loop
    execute format('alter table dashboard.%I enable row level security', name);
    execute format(
      'create policy tenant on dashboard.%I using ((select current_setting(''sextant.tenant'', true)) in (tenant_id, ''*''))',
      name);
  end loop;
end $$;
