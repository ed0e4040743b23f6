-- Behavioral metrics: what is aggregated, and the numbers. Definitions are few and become a reference
-- table on a cluster; values are per customer.

create table metrics.metric (
  tenant_id text not null,
  metric_id uuid not null,
  name text not null,
  description text not null,
  aggregate_function text not null
    constraint metric_aggregate_function check (aggregate_function in ('count', 'sum', 'avg', 'min', 'max')),
  source_field text not null,
  source_kind text not null constraint metric_source_kind check (source_kind in ('counter', 'type', 'property')),
  window_days integer constraint metric_window_days check (window_days between 1 and 365),
  group_by_dimensions text[] not null
    constraint metric_dimensions check (cardinality(group_by_dimensions) <= 2),
  filter_conditions text,
  sql_filter text,
  compute_mode text not null constraint metric_compute_mode check (compute_mode in ('batch', 'realtime')),
  batch_interval_min integer not null
    constraint metric_batch_interval check (batch_interval_min between 5 and 1440),
  status text not null constraint metric_status check (status in ('active', 'paused')),
  epoch integer not null,
  value_count bigint not null,
  last_computed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint metric_pk primary key (tenant_id, metric_id),
  constraint metric_name_key unique (tenant_id, name)
);
comment on table metrics.metric is 'Definitions of behavioral metrics.';
comment on column metrics.metric.source_kind is
  'What source_field names: a counter of each interaction, an interaction type, or a numeric property.';
comment on column metrics.metric.epoch is
  'Values with this epoch are the ones shown. A changed definition gets a new epoch, so values of two never mix.';
comment on column metrics.metric.value_count is 'Number of values shown, so that lists need not count them.';
create index metric_by_creation on metrics.metric (tenant_id, created_at, metric_id);

create table metrics.metric_value (
  tenant_id text not null,
  customer_id text not null,
  metric_id uuid not null,
  epoch integer not null,
  dimension_1 text not null,
  dimension_2 text not null,
  value numeric not null,
  constraint metric_value_pk primary key (tenant_id, customer_id, metric_id, epoch, dimension_1, dimension_2)
);
comment on table metrics.metric_value is
  'One number per metric, customer and combination of dimensions. An empty dimension means none.';
create index metric_value_ranking on metrics.metric_value
  (tenant_id, metric_id, epoch, value desc, customer_id collate "C", dimension_1 collate "C", dimension_2 collate "C");

create table metrics.abandoned_value_set (
  tenant_id text not null,
  metric_id uuid not null,
  epoch integer not null,
  constraint abandoned_value_set_pk primary key (tenant_id, metric_id, epoch)
);
comment on table metrics.abandoned_value_set is
  'Values that no metric shows any more; background work deletes them piece by piece.';

create table metrics.interaction_type (
  tenant_id text not null,
  type text not null,
  constraint interaction_type_pk primary key (tenant_id, type)
);
comment on table metrics.interaction_type is
  'Every type that a tenant has registered or recorded: what a metric''s source_field may name.';

alter table metrics.metric enable row level security;
create policy tenant on metrics.metric
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.metric_value enable row level security;
create policy tenant on metrics.metric_value
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.abandoned_value_set enable row level security;
create policy tenant on metrics.abandoned_value_set
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.interaction_type enable row level security;
create policy tenant on metrics.interaction_type
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));

create view metrics.metric_v1 with (security_barrier) as
select tenant_id, metric_id, name, group_by_dimensions, last_computed_at
from metrics.metric
where tenant_id = (select current_setting('sextant.tenant', true));
comment on view metrics.metric_v1 is 'Metrics of the tenant, by id and name.';

create view metrics.metric_value_v1 with (security_barrier) as
select v.tenant_id, v.customer_id, v.metric_id, m.name as metric_name, v.dimension_1, v.dimension_2, v.value,
       m.last_computed_at as computed_at
from metrics.metric m
join metrics.metric_value v
  on v.tenant_id = m.tenant_id and v.metric_id = m.metric_id and v.epoch = m.epoch
where m.tenant_id = (select current_setting('sextant.tenant', true))
  and v.tenant_id = (select current_setting('sextant.tenant', true));
comment on view metrics.metric_value_v1 is
  'Current values. Dimensions are in the order of group_by_dimensions; empty means none.';

grant select on metrics.metric_v1, metrics.metric_value_v1
  to sextant_segments, sextant_journeys, sextant_dashboard;
