-- Interactions: the append-only facts from which every number of the mesh derives.
-- Per-customer tables lead with (tenant_id, customer_id), their distribution column on a cluster.

grant usage on schema metrics to sextant_metrics;
alter default privileges in schema metrics grant select, insert, update, delete on tables to sextant_metrics;

create table metrics.interaction (
  tenant_id text not null,
  customer_id text not null,
  occurred_at timestamptz not null,
  interaction_id uuid not null,
  recorded_at timestamptz not null,
  type text not null,
  offer_id text,
  creative_id text,
  channel_id text,
  direction text not null constraint interaction_direction check (direction in ('inbound', 'outbound')),
  is_impression boolean not null,
  is_positive boolean not null,
  is_negative boolean not null,
  is_conversion boolean not null,
  value numeric(24, 6),
  cost numeric(24, 6),
  properties jsonb,
  idempotency_key text,
  corrects uuid,
  superseded_at timestamptz,
  constraint interaction_pk primary key (tenant_id, customer_id, occurred_at, interaction_id)
);
comment on table metrics.interaction is
  'What customers did. Rows are never changed, except that superseded_at is set when a correction or retraction replaces one.';
comment on column metrics.interaction.interaction_id is 'UUIDv7 of the arrival, so ids follow recorded_at.';
comment on column metrics.interaction.is_positive is
  'Classification by the outcome type registry at arrival; neither positive nor negative is neutral.';
comment on column metrics.interaction.corrects is 'The interaction that this row replaces.';
comment on column metrics.interaction.superseded_at is 'Not null: the row counts no more.';

create unique index interaction_idempotency on metrics.interaction (tenant_id, customer_id, idempotency_key)
  where idempotency_key is not null;
create index interaction_timeline on metrics.interaction (tenant_id, occurred_at, interaction_id);
-- Ids follow arrival, so block ranges find one by id, or all since an instant, at almost no cost to writers.
create index interaction_arrival on metrics.interaction using brin (interaction_id uuid_minmax_multi_ops)
  with (pages_per_range = 32);

create table metrics.interaction_daily (
  tenant_id text not null,
  day date not null,
  offer_id text not null,
  creative_id text not null,
  channel_id text not null,
  interactions bigint not null,
  impressions bigint not null,
  positive bigint not null,
  negative bigint not null,
  neutral bigint not null,
  conversions bigint not null,
  value numeric not null,
  cost numeric not null,
  constraint interaction_daily_pk primary key (tenant_id, day, offer_id, creative_id, channel_id)
);
comment on table metrics.interaction_daily is
  'Counts and sums of the interactions of each UTC day, kept in the transaction that records them. An empty id means none.';

create table metrics.outcome_type (
  tenant_id text not null,
  key text not null,
  name text not null,
  classification text not null
    constraint outcome_type_classification check (classification in ('positive', 'negative', 'neutral')),
  is_impression boolean not null,
  is_conversion boolean not null,
  constraint outcome_type_pk primary key (tenant_id, key)
);
comment on table metrics.outcome_type is 'Outcome types of a tenant beside the shipped ones.';

-- Row-level security: a transaction sees the tenant it set, or all with '*' (background work). The
-- sub-selects are evaluated once per statement, not once per row.
alter table metrics.interaction enable row level security;
create policy tenant on metrics.interaction
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.interaction_daily enable row level security;
create policy tenant on metrics.interaction_daily
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.outcome_type enable row level security;
create policy tenant on metrics.outcome_type
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));

-- Published views: what other services may read. They belong to the owner, whom row-level security
-- does not bind, so they name the tenant themselves. No security barriers: they would keep PostgreSQL
-- from looking up the interactions of a few customers, and readers run no functions of callers.
create view metrics.interaction_v1 as
select tenant_id, customer_id, occurred_at, interaction_id, recorded_at, type, offer_id, creative_id, channel_id,
       direction, is_impression, is_positive, is_negative, is_conversion, value, cost, properties
from metrics.interaction
where superseded_at is null
  and tenant_id = (select current_setting('sextant.tenant', true));
comment on view metrics.interaction_v1 is 'Interactions that count.';

create view metrics.interaction_daily_v1 as
select tenant_id, day, offer_id, creative_id, channel_id,
       interactions, impressions, positive, negative, neutral, conversions, value, cost
from metrics.interaction_daily
where tenant_id = (select current_setting('sextant.tenant', true));
comment on view metrics.interaction_daily_v1 is 'Counts and sums of interactions by UTC day.';

grant usage on schema metrics to sextant_segments, sextant_journeys, sextant_dashboard;
grant select on metrics.interaction_v1, metrics.interaction_daily_v1
  to sextant_segments, sextant_journeys, sextant_dashboard;
