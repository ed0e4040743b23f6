-- Totals of the kinds of entries that grow with the customers, so that a dashboard never adds up all
-- of them. Kept in the transaction that changes the entries.

create table dashboard.attribution_total (
  tenant_id text not null,
  model text not null,
  conversions bigint not null,
  total_value numeric not null,
  constraint attribution_total_pk primary key (tenant_id, model)
);
comment on table dashboard.attribution_total is 'Attribution results of all time by model.';

create table dashboard.suppression_total (
  tenant_id text not null,
  expires_on date not null,
  policy_type text not null,
  suppressions bigint not null,
  constraint suppression_total_pk primary key (tenant_id, expires_on, policy_type)
);
comment on table dashboard.suppression_total is
  'Suppressions by the UTC day they expire on; 9999-12-31: never, or in that far a future.';

-- What an entry counts: the columns that the totals add up.

create view dashboard.attribution_fact with (security_invoker = true) as
select tenant_id, id, model, 1 as conversions, total_value
from dashboard.attribution_result;

create view dashboard.suppression_fact with (security_invoker = true) as
select tenant_id, id,
       least(coalesce((expires_at at time zone 'UTC')::date, date '9999-12-31'), date '9999-12-31') as expires_on,
       policy_type,
       1 as suppressions
from dashboard.suppression;

insert into dashboard.attribution_total
select tenant_id, model, sum(conversions), sum(total_value) from dashboard.attribution_fact group by 1, 2;
insert into dashboard.suppression_total
select tenant_id, expires_on, policy_type, sum(suppressions) from dashboard.suppression_fact group by 1, 2, 3;

-- Whole tables are no longer added up; what expires today is looked up.
drop index dashboard.attribution_result_model;
drop index dashboard.suppression_policy;
create index suppression_expiry on dashboard.suppression (tenant_id, expires_at, policy_type);

do $$
declare name text;
begin
  foreach name in array array['attribution_total', 'suppression_total']
  loop
    execute format('alter table dashboard.%I enable row level security', name);
    execute format(
      'create policy tenant on dashboard.%I using ((select current_setting(''sextant.tenant'', true)) in (tenant_id, ''*''))',
      name);
  end loop;
end $$;
