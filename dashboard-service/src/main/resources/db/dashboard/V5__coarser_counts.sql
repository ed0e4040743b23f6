-- Counts of candidates by offer and scores by channel: most dashboards tell only one of both apart,
-- and would add up offers times channels times flows rows for every day. What candidate_daily is
-- left with is what can be asked of a channel and a flow.

create table dashboard.candidate_daily_by_offer (
  tenant_id text not null,
  day date not null,
  offer_id text not null,
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
  constraint candidate_daily_by_offer_pk primary key (tenant_id, day, offer_id)
);
comment on table dashboard.candidate_daily_by_offer is
  'Counts of candidates by UTC day and offer. bucket_N counts scores from N/10 on; the last includes 1.';

create table dashboard.score_daily_by_channel (
  tenant_id text not null,
  day date not null,
  channel_id text not null,
  scored bigint not null,
  score_sum numeric not null,
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
  constraint score_daily_by_channel_pk primary key (tenant_id, day, channel_id)
);
comment on table dashboard.score_daily_by_channel is 'The same scores by UTC day and channel. An empty id means none.';

insert into dashboard.candidate_daily_by_offer
select tenant_id, day, offer_id,
       sum(candidates), sum(eligible), sum(scored), sum(selected),
       sum(filtered_by_policy), sum(filtered_by_qualification), sum(scored_too_low),
       sum(rank_sum), sum(score_sum),
       sum(rank_1), sum(rank_2), sum(rank_3), sum(rank_4), sum(rank_5),
       sum(rank_6), sum(rank_7), sum(rank_8), sum(rank_9), sum(rank_10),
       sum(bucket_0), sum(bucket_1), sum(bucket_2), sum(bucket_3), sum(bucket_4),
       sum(bucket_5), sum(bucket_6), sum(bucket_7), sum(bucket_8), sum(bucket_9)
from dashboard.candidate_daily group by 1, 2, 3;

insert into dashboard.score_daily_by_channel
select tenant_id, day, channel_id, sum(scored), sum(score_sum),
       sum(bucket_0), sum(bucket_1), sum(bucket_2), sum(bucket_3), sum(bucket_4),
       sum(bucket_5), sum(bucket_6), sum(bucket_7), sum(bucket_8), sum(bucket_9)
from dashboard.candidate_daily group by 1, 2, 3;

alter table dashboard.candidate_daily
  drop column filtered_by_policy, drop column filtered_by_qualification, drop column scored_too_low,
  drop column score_sum,
  drop column bucket_0, drop column bucket_1, drop column bucket_2, drop column bucket_3, drop column bucket_4,
  drop column bucket_5, drop column bucket_6, drop column bucket_7, drop column bucket_8, drop column bucket_9;
comment on table dashboard.candidate_daily is 'Counts of candidates by UTC day, offer, channel and flow.';

-- Always asked for one offer.
alter table dashboard.beaten_daily
  drop constraint beaten_daily_pk,
  add constraint beaten_daily_pk primary key (tenant_id, offer_id, day, beaten_by);

do $$
declare name text;
begin
  foreach name in array array['candidate_daily_by_offer', 'score_daily_by_channel']
  loop
    execute format('alter table dashboard.%I enable row level security', name);
    execute format(
      'create policy tenant on dashboard.%I using ((select current_setting(''sextant.tenant'', true)) in (tenant_id, ''*''))',
      name);
  end loop;
end $$;
