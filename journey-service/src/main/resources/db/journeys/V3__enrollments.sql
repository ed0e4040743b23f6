-- Enrollments, their history and their deliveries: per-customer tables, which lead with
-- (tenant_id, customer_id), their distribution column on a cluster.

create table journeys.enrollment (
  tenant_id text not null,
  customer_id text not null,
  journey_id uuid not null,
  entry int not null,
  enrollment_id uuid not null,
  version int not null,
  bucket smallint not null,
  state text not null constraint enrollment_state check (state in ('active', 'completed', 'exited')),
  node_id text not null,
  node_since timestamptz not null,
  step_no int not null,
  due_at timestamptz not null,
  wait_until timestamptz,
  wait_event text,
  arrived jsonb,
  decision text,
  exit_reason text,
  attempts smallint not null,
  revision int not null,
  entered_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  constraint enrollment_pk primary key (tenant_id, customer_id, journey_id, entry),
  constraint enrollment_end check ((state = 'active') = (ended_at is null))
) with (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
comment on table journeys.enrollment is
  'A customer inside a journey, and the durable timer of the next step. Whoever changes a row raises its revision, so that nobody acts on what is no longer so.';
comment on column journeys.enrollment.bucket is 'Hash of the customer: the unit in which replicas share the work.';
comment on column journeys.enrollment.step_no is 'Number of nodes behind the customer, which is the number of history rows.';
comment on column journeys.enrollment.due_at is 'When to look at the row next; the year 9999 while the journey is paused and the row was due.';
comment on column journeys.enrollment.arrived is 'Events that came while a step was due, for the waits of that very step.';
comment on column journeys.enrollment.exit_reason is 'Not null: the next step is out.';
comment on column journeys.enrollment.attempts is 'Consecutive failures to read what the next node needs.';

create index enrollment_due on journeys.enrollment (bucket, due_at) where state = 'active';
create index enrollment_inside on journeys.enrollment (tenant_id, journey_id, customer_id) where state = 'active';

create table journeys.step (
  tenant_id text not null,
  customer_id text not null,
  enrollment_id uuid not null,
  step_no int not null,
  node_id text not null,
  decision text not null,
  detail text,
  reached_at timestamptz not null,
  left_at timestamptz not null,
  constraint step_pk primary key (tenant_id, customer_id, enrollment_id, step_no)
);
comment on table journeys.step is 'History: one row per node behind an enrollment, written with the step itself.';

create table journeys.delivery (
  tenant_id text not null,
  customer_id text not null,
  enrollment_id uuid not null,
  step_no int not null,
  delivery_id uuid not null,
  journey_id uuid not null,
  node_id text not null,
  channel text not null,
  bucket smallint not null,
  body text not null,
  state text not null constraint delivery_state check (state in ('pending', 'delivered', 'dead', 'cancelled')),
  attempts int not null,
  due_at timestamptz not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  last_result text,
  constraint delivery_pk primary key (tenant_id, customer_id, enrollment_id, step_no)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
comment on table journeys.delivery is
  'Outbox: written with the step that sends, so there is exactly one per enrollment, node and visit. delivery_id is the key of every attempt.';

create index delivery_due on journeys.delivery (tenant_id, channel, due_at) where state = 'pending';
create index delivery_dead on journeys.delivery (tenant_id, delivery_id) where state = 'dead';

create table journeys.consumed_event (
  tenant_id text not null,
  customer_id text not null,
  interaction_id uuid not null,
  consumed_at timestamptz not null,
  constraint consumed_event_pk primary key (tenant_id, customer_id, interaction_id)
);
comment on table journeys.consumed_event is
  'Events that had their effect, written with it: the feed may repeat an event, its effect is not repeated.';
create index consumed_event_age on journeys.consumed_event using brin (consumed_at) with (pages_per_range = 16);

create table journeys.entry_member (
  tenant_id text not null,
  customer_id text not null,
  journey_id uuid not null,
  constraint entry_member_pk primary key (tenant_id, customer_id, journey_id)
);
comment on table journeys.entry_member is
  'Who was in the entry segment of a journey at the last look. Who is not here and in the segment enters.';

create table journeys.lease (
  purpose text not null,
  bucket smallint not null,
  owner uuid,
  until timestamptz not null,
  constraint lease_pk primary key (purpose, bucket)
) with (fillfactor = 50);
comment on table journeys.lease is
  'Which worker looks after which bucket. Saves double work; what must not happen twice is guarded by revisions.';

create table journeys.worker (
  purpose text not null,
  owner uuid not null,
  until timestamptz not null,
  constraint worker_pk primary key (purpose, owner)
) with (fillfactor = 50);
comment on table journeys.worker is 'Who is alive, to share the buckets evenly.';

alter table journeys.enrollment enable row level security;
create policy tenant on journeys.enrollment
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table journeys.step enable row level security;
create policy tenant on journeys.step
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table journeys.delivery enable row level security;
create policy tenant on journeys.delivery
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table journeys.consumed_event enable row level security;
create policy tenant on journeys.consumed_event
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table journeys.entry_member enable row level security;
create policy tenant on journeys.entry_member
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));

create table journeys.entry_candidate (
  tenant_id text not null,
  customer_id text not null,
  journey_id uuid not null,
  interaction_id uuid not null,
  created_at timestamptz not null,
  constraint entry_candidate_pk primary key (tenant_id, customer_id, journey_id, interaction_id)
);
comment on table journeys.entry_candidate is
  'Customers whose event lets them into a journey, if what is known about them does. To be found out.';
create index entry_candidate_age on journeys.entry_candidate (created_at);
alter table journeys.entry_candidate enable row level security;
create policy tenant on journeys.entry_candidate
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
