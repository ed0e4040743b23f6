-- Contact policies and qualification rules that metrics are used by. Definitions are few.

create table metrics.policy (
  tenant_id text not null,
  policy_id uuid not null,
  kind text not null constraint policy_kind check (kind in ('contact_policy', 'qualification_rule')),
  name text not null,
  description text not null,
  status text not null constraint policy_status check (status in ('draft', 'active', 'paused', 'archived')),
  rule_type text not null,
  config text not null,
  priority integer not null constraint policy_priority check (priority between 0 and 100),
  scope text not null,
  scope_id text,
  stage text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint policy_pk primary key (tenant_id, policy_id),
  constraint policy_name_key unique (tenant_id, kind, name)
);
comment on table metrics.policy is 'Contact policies and qualification rules.';

create table metrics.policy_metric (
  tenant_id text not null,
  policy_id uuid not null,
  metric_id uuid not null,
  constraint policy_metric_pk primary key (tenant_id, policy_id, metric_id),
  constraint policy_metric_policy_fk foreign key (tenant_id, policy_id)
    references metrics.policy on delete cascade,
  constraint policy_metric_metric_fk foreign key (tenant_id, metric_id)
    references metrics.metric
);
comment on table metrics.policy_metric is
  'Metrics that active policies refer to. The foreign key makes deleting one of them impossible, whatever happens at once.';
create index policy_metric_by_metric on metrics.policy_metric (tenant_id, metric_id);

alter table metrics.policy enable row level security;
create policy tenant on metrics.policy
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.policy_metric enable row level security;
create policy tenant on metrics.policy_metric
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
