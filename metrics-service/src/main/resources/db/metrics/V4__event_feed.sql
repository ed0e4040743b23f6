-- Events that other services wait for, from the transaction that records the interaction until they
-- are acknowledged.

create table metrics.event_interest (
  tenant_id text not null,
  type text not null,
  consumer text not null,
  constraint event_interest_pk primary key (tenant_id, type, consumer)
);
comment on table metrics.event_interest is 'Which consumer waits for interactions of which type.';

create table metrics.event_outbox (
  tenant_id text not null,
  customer_id text not null,
  event_id uuid not null,
  consumer text not null,
  occurred_at timestamptz not null,
  interaction_id uuid not null,
  constraint event_outbox_pk primary key (tenant_id, customer_id, event_id)
);
comment on table metrics.event_outbox is 'Interactions that a consumer has not acknowledged yet.';
create index event_outbox_order on metrics.event_outbox (consumer, event_id);

alter table metrics.event_interest enable row level security;
create policy tenant on metrics.event_interest
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table metrics.event_outbox enable row level security;
create policy tenant on metrics.event_outbox
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
