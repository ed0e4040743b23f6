-- Realtime metrics: values kept in step with the interactions by adding what arrives and subtracting
-- what leaves the window.

alter table metrics.metric
  add column last_epoch integer not null default 1,
  add column arrivals_seen uuid,
  add column realtime_epoch integer,
  add column realtime_lower timestamptz,
  add column realtime_upper timestamptz;
comment on column metrics.metric.last_epoch is 'The highest epoch given out; none is ever given out twice.';
comment on column metrics.metric.arrivals_seen is
  'The last computation contains every interaction whose id is lower. Null: compute in full.';
comment on column metrics.metric.realtime_epoch is
  'Values with this epoch are kept in step with every interaction. The same as epoch: these are shown; another: they are being built; null: none.';
comment on column metrics.metric.realtime_lower is
  'Interactions before it have left the window and are subtracted. Null: all time.';
comment on column metrics.metric.realtime_upper is
  'Interactions dated ahead of their arrival are added once this has passed them.';

alter table metrics.metric_value add column matching bigint;
comment on column metrics.metric_value.matching is
  'Number of interactions in a realtime value, so that it can go when none are left.';

-- Corrections replace a row, retractions end one.
create index interaction_correction on metrics.interaction (tenant_id, customer_id, corrects)
  where corrects is not null;

create table metrics.retraction (
  tenant_id text not null,
  customer_id text not null,
  interaction_id uuid not null,
  retraction_id uuid not null,
  reason text not null,
  recorded_at timestamptz not null,
  constraint retraction_pk primary key (tenant_id, customer_id, interaction_id)
);
comment on table metrics.retraction is 'Interactions that were taken back, and why.';
create index retraction_arrival on metrics.retraction (tenant_id, retraction_id);
alter table metrics.retraction enable row level security;
create policy tenant on metrics.retraction
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
