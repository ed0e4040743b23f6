-- Journeys and their versions: small tables, the same on every node of a cluster.

create table journeys.journey (
  tenant_id text not null,
  journey_id uuid not null,
  name text not null,
  description text not null,
  status text not null
    constraint journey_status check (status in ('draft', 'active', 'paused', 'archived', 'deleted')),
  re_entry text not null constraint journey_re_entry check (re_entry in ('never', 'after_exit', 'always')),
  version int not null,
  revision int not null,
  sweep text constraint journey_sweep check (sweep in ('resume', 'exit', 'purge')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint journey_pk primary key (tenant_id, journey_id)
);
comment on table journeys.journey is 'Journeys. A deleted one stays until its enrollments are purged.';
comment on column journeys.journey.revision is 'Raised by every change.';
comment on column journeys.journey.sweep is
  'What background work still has to do to all enrollments after a change of status. Null: nothing.';
create index journey_sweep_due on journeys.journey (sweep) where sweep is not null;

create table journeys.journey_version (
  tenant_id text not null,
  journey_id uuid not null,
  version int not null,
  definition text not null,
  entry_condition text,
  exit_rules text,
  max_duration_days int not null,
  entry_node text,
  entry_events text[] not null,
  entry_segment text,
  entry_asks boolean not null,
  exit_events text[] not null,
  wait_events text[] not null,
  exit_segments text[] not null,
  has_exit_conditions boolean not null,
  created_at timestamptz not null,
  constraint journey_version_pk primary key (tenant_id, journey_id, version)
);
comment on table journeys.journey_version is
  'Immutable: what enrollments are pinned to. JSON is kept as text, because it is returned as it was given.';
comment on column journeys.journey_version.entry_node is
  'From here on read out of the JSON, so that events and segments find their journeys in SQL.';

create table journeys.channel (
  tenant_id text not null,
  name text not null,
  kind text not null constraint channel_kind check (kind in ('webhook', 'log')),
  url text,
  secret text,
  timeout_ms int not null,
  max_attempts int not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint channel_pk primary key (tenant_id, name),
  constraint channel_url check (kind <> 'webhook' or url is not null)
);
comment on table journeys.channel is 'Where channel actions deliver to.';

create table journeys.node_count (
  tenant_id text not null,
  journey_id uuid not null,
  node_id text not null,
  shard smallint not null,
  node_type text not null,
  entered bigint not null,
  reached bigint not null,
  completed bigint not null,
  dropped bigint not null,
  constraint node_count_pk primary key (tenant_id, journey_id, node_id, shard)
) with (fillfactor = 50);
comment on table journeys.node_count is
  'What happened at each node, counted in the transactions that did it; the sum over shards counts. Shards keep writers from queueing.';

alter table journeys.journey enable row level security;
create policy tenant on journeys.journey
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table journeys.journey_version enable row level security;
create policy tenant on journeys.journey_version
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table journeys.channel enable row level security;
create policy tenant on journeys.channel
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table journeys.node_count enable row level security;
create policy tenant on journeys.node_count
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));

-- The few versions that have to be looked at again and again.
create index journey_version_watched on journeys.journey_version (tenant_id, journey_id, version)
  where entry_segment is not null or exit_segments <> '{}' or has_exit_conditions;
