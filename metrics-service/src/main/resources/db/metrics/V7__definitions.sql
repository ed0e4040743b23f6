-- Metric definitions, their values and thresholds on them. A threshold watches one source, which may
-- be a threshold again; so all that hangs on one observed or behavioral definition, the root, is a
-- tree. Definitions are few, values are per subject.

create table metrics.definition (
  tenant_id text not null,
  definition_id uuid not null,
  root_id uuid not null,
  slug text not null,
  calculation text not null
    constraint definition_calculation check (calculation in ('observed', 'behavioral', 'threshold')),
  output_type text not null
    constraint definition_output_type
      check (output_type in ('count', 'numeric', 'boolean', 'scale', 'text', 'classification')),
  scope text not null constraint definition_scope check (scope in ('global', 'per_participant')),
  participant_role text,
  contexts text[] not null,
  scale_min numeric,
  scale_max numeric,
  options text[] not null,
  variant_id uuid not null,
  version_id uuid not null,
  name text not null,
  description text not null,
  unit_name text,
  unit_symbol text,
  watched boolean not null,
  constraint definition_pk primary key (tenant_id, definition_id),
  constraint definition_slug_key unique (tenant_id, slug)
);
comment on table metrics.definition is 'Metric definitions of all kinds, as they are now.';
comment on column metrics.definition.root_id is
  'The observed or behavioral definition that values come from in the end; its own id for these.';
comment on column metrics.definition.watched is
  'Of a root: whether a threshold hangs on it, so that its values have to be evaluated.';

create table metrics.definition_version (
  tenant_id text not null,
  definition_id uuid not null,
  version_id uuid not null,
  name text not null,
  description text not null,
  unit_name text,
  unit_symbol text,
  change_reason text not null,
  created_at timestamptz not null,
  constraint definition_version_pk primary key (tenant_id, definition_id, version_id),
  constraint definition_version_fk foreign key (tenant_id, definition_id)
    references metrics.definition on delete cascade
);
comment on table metrics.definition_version is 'What definitions were; rows never change.';

create table metrics.definition_variant (
  tenant_id text not null,
  definition_id uuid not null,
  variant_id uuid not null,
  name text not null,
  created_at timestamptz not null,
  constraint definition_variant_pk primary key (tenant_id, definition_id, variant_id),
  constraint definition_variant_name_key unique (tenant_id, definition_id, name),
  constraint definition_variant_fk foreign key (tenant_id, definition_id)
    references metrics.definition on delete cascade
);
comment on table metrics.definition_variant is
  'Ways of measuring the values of a definition; each has at least its default one.';

create table metrics.threshold (
  tenant_id text not null,
  threshold_id uuid not null,
  source_id uuid not null,
  source_variant_id uuid not null,
  pins_variant boolean not null,
  operator text not null,
  value text not null,
  mode text not null,
  count_threshold bigint,
  participant_role text,
  measured bigint not null,
  met bigint not null,
  below bigint not null,
  total numeric not null,
  transitions bigint not null,
  constraint threshold_pk primary key (tenant_id, threshold_id),
  constraint threshold_definition_fk foreign key (tenant_id, threshold_id)
    references metrics.definition on delete cascade,
  constraint threshold_source_fk foreign key (tenant_id, source_id) references metrics.definition
);
comment on table metrics.threshold is
  'What thresholds compare, and what they have counted of the source values they compare. The foreign key to the source makes deleting one in use impossible, whatever happens at once.';
comment on column metrics.threshold.pins_variant is 'Whether the source variant was asked for.';
comment on column metrics.threshold.measured is 'Number of source values.';
comment on column metrics.threshold.met is 'Number of source values that meet the comparison.';
comment on column metrics.threshold.below is 'Number of source values less than the value.';
comment on column metrics.threshold.total is 'Sum of the source values.';
comment on column metrics.threshold.transitions is 'Number of transitions, the position of the last one.';
create index threshold_by_source on metrics.threshold (tenant_id, source_id);

create table metrics.definition_value (
  tenant_id text not null,
  subject_id text not null,
  definition_id uuid not null,
  value_id text not null,
  variant_id uuid not null,
  participant_role text,
  context text,
  value text,
  number numeric,
  fired boolean,
  source_version_id uuid,
  measured_at timestamptz not null,
  constraint definition_value_pk primary key (tenant_id, subject_id, definition_id, value_id)
);
comment on table metrics.definition_value is
  'Observations; results of thresholds; and the values of behavioral metrics with thresholds, as last evaluated.';
comment on column metrics.definition_value.subject_id is 'Empty: the result of a threshold on an aggregate.';
comment on column metrics.definition_value.value_id is
  'Tells apart several values of one subject: the id of an observation, or dimensions. Empty: the only one.';
comment on column metrics.definition_value.value is
  'JSON number, boolean or text; of a threshold what was compared. Null: nothing was there to compare.';
comment on column metrics.definition_value.number is 'The value, when it is a number and no result of a threshold.';
comment on column metrics.definition_value.fired is 'Of a threshold: the result.';
create index definition_value_newest on metrics.definition_value
  (tenant_id, definition_id, measured_at, subject_id, value_id);
create index definition_value_order on metrics.definition_value
  (tenant_id, definition_id, variant_id, number) include (participant_role)
  where number is not null;

create table metrics.transition (
  tenant_id text not null,
  threshold_id uuid not null,
  position bigint not null,
  subject_id text not null,
  value_id text not null,
  fired boolean not null,
  value text,
  occurred_at timestamptz not null,
  constraint transition_pk primary key (tenant_id, threshold_id, position)
);
comment on table metrics.transition is
  'Each time a threshold fired or ceased to, numbered within the threshold without gaps in the order of commits.';
create index transition_by_subject on metrics.transition (tenant_id, threshold_id, subject_id, position);

create table metrics.abandoned_definition (
  tenant_id text not null,
  definition_id uuid not null,
  constraint abandoned_definition_pk primary key (tenant_id, definition_id)
);
comment on table metrics.abandoned_definition is
  'Definitions that are gone, and behavioral ones that nothing watches any more; background work deletes their values and transitions.';

-- Values of behavioral metrics with thresholds change in transactions that do not wait for their
-- evaluation: these note whose values changed, background work evaluates.
alter table metrics.metric
  add column watched boolean not null default false,
  add column evaluated_epoch integer;
comment on column metrics.metric.watched is 'Whether a threshold hangs on it: changed values are noted.';
comment on column metrics.metric.evaluated_epoch is
  'Values of this epoch have been noted for evaluation; when another is shown, all values have to be.';

create table metrics.changed_value (
  tenant_id text not null,
  customer_id text not null,
  metric_id uuid not null,
  revision bigint not null,
  constraint changed_value_pk primary key (tenant_id, customer_id, metric_id)
);
comment on table metrics.changed_value is
  'Customers whose values of a metric changed since they were last evaluated. Noting again counts up, which makes the note wait for whoever takes it away, and the other way round.';
create index changed_value_by_metric on metrics.changed_value (tenant_id, metric_id, customer_id);

alter table metrics.definition enable row level security;
create policy tenant on metrics.definition
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.definition_version enable row level security;
create policy tenant on metrics.definition_version
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.definition_variant enable row level security;
create policy tenant on metrics.definition_variant
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.threshold enable row level security;
create policy tenant on metrics.threshold
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.definition_value enable row level security;
create policy tenant on metrics.definition_value
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.transition enable row level security;
create policy tenant on metrics.transition
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.abandoned_definition enable row level security;
create policy tenant on metrics.abandoned_definition
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.changed_value enable row level security;
create policy tenant on metrics.changed_value
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));

-- Metrics that exist already become definitions.
insert into metrics.definition
  (tenant_id, definition_id, root_id, slug, calculation, output_type, scope, contexts, options,
   variant_id, version_id, name, description, watched)
select tenant_id, metric_id, metric_id,
       case nth when 1 then stem else left(stem, 41) || '_' || left(md5(metric_id::text), 8) end,
       'behavioral', case aggregate_function when 'count' then 'count' else 'numeric' end,
       'global', '{call}', '{}', gen_random_uuid(), metric_id, name, description, false
from (
  select named.*, row_number() over (partition by tenant_id, stem order by created_at, metric_id) as nth
  from (
    select metric.*,
           coalesce(nullif(trim(both '_' from left(
             trim(both '_' from lower(regexp_replace(name, '[^A-Za-z0-9]+', '_', 'g'))), 50)), ''), 'metric') as stem
    from metrics.metric
  ) as named
) as numbered;
insert into metrics.definition_variant (tenant_id, definition_id, variant_id, name, created_at)
select d.tenant_id, d.definition_id, d.variant_id, 'Default', m.created_at
from metrics.definition d join metrics.metric m on m.tenant_id = d.tenant_id and m.metric_id = d.definition_id;
insert into metrics.definition_version
  (tenant_id, definition_id, version_id, name, description, change_reason, created_at)
select d.tenant_id, d.definition_id, d.version_id, d.name, d.description, '', m.updated_at
from metrics.definition d join metrics.metric m on m.tenant_id = d.tenant_id and m.metric_id = d.definition_id;
