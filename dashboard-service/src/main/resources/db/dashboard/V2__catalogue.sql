-- The catalogue: small tables that callers fill, one per kind. Ids are the callers'. No kind
-- references another, so that entries may arrive in any order. Columns are named like the fields of
-- the kind's message; lists are JSON because no statement looks into them.

create table dashboard.offer (
  tenant_id text not null,
  id text not null,
  name text not null,
  status text not null
    constraint offer_status check (status in ('draft', 'active', 'paused', 'archived')),
  category_id text,
  priority integer not null,
  budget json,
  description text,
  constraint offer_pk primary key (tenant_id, id)
);
comment on table dashboard.offer is 'What customers can be offered.';

create table dashboard.category (
  tenant_id text not null,
  id text not null,
  name text not null,
  constraint category_pk primary key (tenant_id, id)
);
comment on table dashboard.category is 'Groups of offers.';

create table dashboard.channel (
  tenant_id text not null,
  id text not null,
  name text not null,
  status text not null
    constraint channel_status check (status in ('draft', 'active', 'paused', 'archived')),
  constraint channel_pk primary key (tenant_id, id)
);
comment on table dashboard.channel is 'Ways to reach customers.';

create table dashboard.creative (
  tenant_id text not null,
  id text not null,
  offer_id text not null,
  channel_id text not null,
  name text,
  status text not null
    constraint creative_status check (status in ('draft', 'active', 'paused', 'archived')),
  constraint creative_pk primary key (tenant_id, id)
);
comment on table dashboard.creative is 'How offers look on channels.';
create index creative_offer on dashboard.creative (tenant_id, offer_id);

create table dashboard.experiment (
  tenant_id text not null,
  id text not null,
  name text not null,
  status text not null
    constraint experiment_status check (status in ('draft', 'active', 'paused', 'archived')),
  constraint experiment_pk primary key (tenant_id, id)
);
comment on table dashboard.experiment is 'Experiments, for counting.';

create table dashboard.trigger (
  tenant_id text not null,
  id text not null,
  name text not null,
  event_type text not null,
  status text not null
    constraint trigger_status check (status in ('draft', 'active', 'paused', 'archived')),
  constraint trigger_pk primary key (tenant_id, id)
);
comment on table dashboard.trigger is 'Triggers, for counting.';

create table dashboard.approval (
  tenant_id text not null,
  id text not null,
  entity_type text not null,
  entity_id text not null,
  status text not null
    constraint approval_status check (status in ('pending', 'approved', 'rejected')),
  constraint approval_pk primary key (tenant_id, id)
);
comment on table dashboard.approval is 'Approvals, for counting.';

create table dashboard.budget (
  tenant_id text not null,
  id text not null,
  name text,
  scope text not null
    constraint budget_scope check (scope in ('global', 'category', 'offer', 'channel')),
  scope_id text,
  period_type text not null
    constraint budget_period check (period_type in ('daily', 'weekly', 'monthly', 'quarterly', 'alltime')),
  period_key text,
  max_spend numeric(24, 6),
  max_impressions bigint,
  max_conversions bigint,
  constraint budget_pk primary key (tenant_id, id)
);
comment on table dashboard.budget is 'Limits on what may be spent and reached in a period.';

create table dashboard.algorithm_model (
  tenant_id text not null,
  id text not null,
  key text,
  name text not null,
  model_type text,
  status text not null
    constraint algorithm_model_status check (status in ('draft', 'active', 'paused', 'archived')),
  metrics json,
  metrics_history json not null,
  feature_importance json not null,
  last_trained_at timestamptz,
  constraint algorithm_model_pk primary key (tenant_id, id)
);
comment on table dashboard.algorithm_model is 'Models that score offers.';

-- Suppressions and attribution results belong to a customer, their distribution column on a cluster.

create table dashboard.suppression (
  tenant_id text not null,
  customer_id text not null,
  id text not null,
  scope text not null constraint suppression_scope check (scope in ('global', 'offer', 'category')),
  scope_id text,
  policy_type text not null,
  reason text,
  expires_at timestamptz,
  constraint suppression_pk primary key (tenant_id, customer_id, id)
);
comment on table dashboard.suppression is 'What customers must not be offered; expires_at null: for ever.';
create index suppression_id on dashboard.suppression (tenant_id, id);
create index suppression_policy on dashboard.suppression (tenant_id, policy_type, expires_at);

create table dashboard.attribution_result (
  tenant_id text not null,
  customer_id text not null,
  id text not null,
  conversion_id text not null,
  model text not null,
  total_value numeric(24, 6) not null,
  touchpoints json not null,
  created_at timestamptz not null,
  constraint attribution_result_pk primary key (tenant_id, customer_id, id)
);
comment on table dashboard.attribution_result is 'Credit for conversions by model.';
create index attribution_result_id on dashboard.attribution_result (tenant_id, id);
create index attribution_result_model on dashboard.attribution_result (tenant_id, model) include (total_value);

-- A transaction sees the tenant it set. The sub-select is evaluated once per statement, not once
-- per row.
do $$
declare name text;
begin
  foreach name in array array['offer', 'category', 'channel', 'creative', 'experiment', 'trigger', 'approval',
    'budget', 'algorithm_model', 'suppression', 'attribution_result']
  loop
    execute format('alter table dashboard.%I enable row level security', name);
    execute format(
      'create policy tenant on dashboard.%I using ((select current_setting(''sextant.tenant'', true)) in (tenant_id, ''*''))',
      name);
  end loop;
end $$;
