-- Segments: definitions, what they are made of, and the schema their views live in.

create table segments.segment (
  tenant_id text not null,
  segment_id uuid not null,
  name text not null,
  description text,
  status text not null
    constraint segment_status check (status in ('draft', 'active', 'paused', 'archived')),
  entity_type text not null,
  base_schema_id uuid not null,
  joins json not null,
  filters json not null,
  view_name text not null,
  customer_count bigint not null,
  last_refreshed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint segment_pk primary key (tenant_id, segment_id),
  constraint segment_view_key unique (view_name)
);
comment on table segments.segment is 'Segments of the tenants; joins and filters as they were given.';
comment on column segments.segment.view_name is 'The view, in the PostgreSQL schema segment_view.';
comment on column segments.segment.customer_count is 'Rows of the view when they were last counted.';

create table segments.segment_schema (
  tenant_id text not null,
  segment_id uuid not null,
  schema_id uuid not null,
  constraint segment_schema_pk primary key (tenant_id, segment_id, schema_id),
  constraint segment_schema_segment foreign key (tenant_id, segment_id)
    references segments.segment on delete cascade,
  constraint segment_schema_schema foreign key (tenant_id, schema_id)
    references segments.schema_definition
);
comment on table segments.segment_schema is
  'Which schemas a segment reads. The foreign key keeps a schema alive while a segment needs it.';
create index segment_schema_used on segments.segment_schema (tenant_id, schema_id);

create table segments.segment_segment (
  tenant_id text not null,
  segment_id uuid not null,
  used_segment_id uuid not null,
  uses integer not null constraint segment_segment_uses check (uses > 0),
  constraint segment_segment_pk primary key (tenant_id, segment_id, used_segment_id),
  constraint segment_segment_segment foreign key (tenant_id, segment_id)
    references segments.segment on delete cascade,
  constraint segment_segment_used foreign key (tenant_id, used_segment_id)
    references segments.segment
);
comment on table segments.segment_segment is 'Which segments a segment is defined by, and how often it names them.';
create index segment_segment_used on segments.segment_segment (tenant_id, used_segment_id);

alter table segments.segment enable row level security;
create policy tenant on segments.segment
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table segments.segment_schema enable row level security;
create policy tenant on segments.segment_schema
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table segments.segment_segment enable row level security;
create policy tenant on segments.segment_segment
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));

-- Published: which view belongs to which segment. It belongs to the owner, whom row-level security
-- does not bind, so it names the tenant itself.
create view segments.segment_v1 with (security_barrier) as
select tenant_id, segment_id, name, status, view_name, customer_count, last_refreshed_at
from segments.segment
where tenant_id = (select current_setting('sextant.tenant', true));
comment on view segments.segment_v1 is 'Segments of the tenant, with the names of their views in segment_view.';

grant usage on schema segments to sextant_journeys, sextant_dashboard;
grant select on segments.segment_v1 to sextant_journeys, sextant_dashboard;

-- The views of segments. The service makes and replaces them at run time, so its role may create here;
-- it grants each one to the readers when it makes it.
create schema segment_view;
comment on schema segment_view is 'One view per segment, made at run time by the segment-service.';
grant usage, create on schema segment_view to sextant_segments;
grant usage on schema segment_view to sextant_journeys, sextant_dashboard;

-- What "now" means in a filter such as now-30d. Views call these and nothing else for the time, so a test
-- that replaces clock() moves all of them. Offsets count seconds, never days of some time zone.
create function segment_view.clock() returns timestamptz
  language sql stable parallel safe as $$ select now() $$;
comment on function segment_view.clock() is 'The instant at which segment views are evaluated.';

create function segment_view.instant_at(seconds bigint) returns timestamptz
  language sql stable parallel safe as $$ select segment_view.clock() + make_interval(secs => seconds) $$;
comment on function segment_view.instant_at(bigint) is 'The instant so many seconds from now.';

create function segment_view.day_at(seconds bigint) returns date
  language sql stable parallel safe as $$ select (segment_view.instant_at(seconds) at time zone 'UTC')::date $$;
comment on function segment_view.day_at(bigint) is 'The UTC day of the instant so many seconds from now.';
