-- Daily counts without creatives, which nobody asks for, and coarser ones by offer and by channel: most
-- dashboards tell only one of both apart, and would add up offers times channels rows for every day.

alter table metrics.interaction_daily rename to interaction_daily_by_creative;
alter table metrics.interaction_daily_by_creative rename constraint interaction_daily_pk to interaction_daily_by_creative_pk;
drop view metrics.interaction_daily_v1;

create table metrics.interaction_daily (
  tenant_id text not null,
  day date not null,
  offer_id text not null,
  channel_id text not null,
  interactions bigint not null,
  impressions bigint not null,
  positive bigint not null,
  negative bigint not null,
  neutral bigint not null,
  conversions bigint not null,
  value numeric not null,
  cost numeric not null,
  constraint interaction_daily_pk primary key (tenant_id, day, offer_id, channel_id)
);
comment on table metrics.interaction_daily is
  'Counts and sums of the interactions of each UTC day, kept in the transaction that records them. An empty id means none.';

create table metrics.interaction_daily_by_offer (
  tenant_id text not null,
  day date not null,
  offer_id text not null,
  interactions bigint not null,
  impressions bigint not null,
  positive bigint not null,
  negative bigint not null,
  neutral bigint not null,
  conversions bigint not null,
  value numeric not null,
  cost numeric not null,
  constraint interaction_daily_by_offer_pk primary key (tenant_id, day, offer_id)
);
comment on table metrics.interaction_daily_by_offer is 'The daily counts of interactions without telling channels apart.';
-- What an offer cost in the period of a budget, however long. These columns never change, so counting
-- does not touch the index.
create index interaction_daily_by_offer_offer on metrics.interaction_daily_by_offer (tenant_id, offer_id, day);

create table metrics.interaction_daily_by_channel (
  tenant_id text not null,
  day date not null,
  channel_id text not null,
  interactions bigint not null,
  impressions bigint not null,
  positive bigint not null,
  negative bigint not null,
  neutral bigint not null,
  conversions bigint not null,
  value numeric not null,
  cost numeric not null,
  constraint interaction_daily_by_channel_pk primary key (tenant_id, day, channel_id)
);
comment on table metrics.interaction_daily_by_channel is 'The daily counts of interactions without telling offers apart.';

insert into metrics.interaction_daily
select tenant_id, day, offer_id, channel_id, sum(interactions), sum(impressions), sum(positive), sum(negative),
       sum(neutral), sum(conversions), sum(value), sum(cost)
from metrics.interaction_daily_by_creative group by 1, 2, 3, 4;
insert into metrics.interaction_daily_by_offer
select tenant_id, day, offer_id, sum(interactions), sum(impressions), sum(positive), sum(negative),
       sum(neutral), sum(conversions), sum(value), sum(cost)
from metrics.interaction_daily group by 1, 2, 3;
insert into metrics.interaction_daily_by_channel
select tenant_id, day, channel_id, sum(interactions), sum(impressions), sum(positive), sum(negative),
       sum(neutral), sum(conversions), sum(value), sum(cost)
from metrics.interaction_daily group by 1, 2, 3;
drop table metrics.interaction_daily_by_creative;

do $$
declare name text;
begin
  foreach name in array array['interaction_daily', 'interaction_daily_by_offer', 'interaction_daily_by_channel']
  loop
    execute format('alter table metrics.%I enable row level security', name);
    execute format(
      'create policy tenant on metrics.%I using ((select current_setting(''sextant.tenant'', true)) in (tenant_id, ''*''))',
      name);
  end loop;
end $$;

create view metrics.interaction_daily_v1 as
select tenant_id, day, offer_id, channel_id,
       interactions, impressions, positive, negative, neutral, conversions, value, cost
from metrics.interaction_daily
where tenant_id = (select current_setting('sextant.tenant', true));
comment on view metrics.interaction_daily_v1 is 'Counts and sums of interactions by UTC day, offer and channel.';

create view metrics.interaction_daily_by_offer_v1 as
select tenant_id, day, offer_id,
       interactions, impressions, positive, negative, neutral, conversions, value, cost
from metrics.interaction_daily_by_offer
where tenant_id = (select current_setting('sextant.tenant', true));
comment on view metrics.interaction_daily_by_offer_v1 is 'Counts and sums of interactions by UTC day and offer.';

create view metrics.interaction_daily_by_channel_v1 as
select tenant_id, day, channel_id,
       interactions, impressions, positive, negative, neutral, conversions, value, cost
from metrics.interaction_daily_by_channel
where tenant_id = (select current_setting('sextant.tenant', true));
comment on view metrics.interaction_daily_by_channel_v1 is 'Counts and sums of interactions by UTC day and channel.';

grant select
  on metrics.interaction_daily_v1, metrics.interaction_daily_by_offer_v1, metrics.interaction_daily_by_channel_v1
  to sextant_segments, sextant_journeys, sextant_dashboard;
