-- Schemas: the catalogue of customer tables. Definitions are few and become reference tables on a
-- cluster. The tables themselves are made at run time, by the service.

create table segments.schema_definition (
  tenant_id text not null,
  schema_id uuid not null,
  name text not null,
  display_name text not null,
  description text,
  entity_type text not null,
  table_name text not null,
  customer_key text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint schema_definition_pk primary key (tenant_id, schema_id),
  constraint schema_definition_name_key unique (tenant_id, name),
  constraint schema_definition_table_key unique (table_name)
);
comment on table segments.schema_definition is 'Customer tables of the tenants.';
comment on column segments.schema_definition.table_name is 'The table, in the PostgreSQL schema segments_data.';
comment on column segments.schema_definition.customer_key is 'The field that says whose row it is.';

create table segments.schema_field (
  tenant_id text not null,
  schema_id uuid not null,
  ordinal integer not null,
  name text not null,
  display_name text not null,
  data_type text not null
    constraint schema_field_data_type check (data_type in ('text', 'varchar', 'integer', 'bigint', 'decimal',
      'number', 'float', 'boolean', 'date', 'timestamp', 'json')),
  length integer,
  precision integer,
  scale integer,
  is_nullable boolean not null,
  is_primary_key boolean not null,
  is_unique boolean not null,
  default_value json,
  description text,
  constraint schema_field_pk primary key (tenant_id, schema_id, ordinal),
  constraint schema_field_name_key unique (tenant_id, schema_id, name),
  constraint schema_field_schema foreign key (tenant_id, schema_id)
    references segments.schema_definition on delete cascade
);
comment on table segments.schema_field is 'Columns of the customer tables.';

alter table segments.schema_definition enable row level security;
create policy tenant on segments.schema_definition
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));
alter table segments.schema_field enable row level security;
create policy tenant on segments.schema_field
  using ((select current_setting('sextant.tenant', true)) in (tenant_id, '*'));

-- Customer tables are made, altered and dropped at run time in the transaction that changes the catalogue,
-- so the service's role may create here, owns what it creates, and nobody else sees it. Each table belongs
-- to one tenant.
create schema segments_data;
comment on schema segments_data is 'One table per schema of a tenant, made at run time by the segment-service.';
grant usage, create on schema segments_data to sextant_segments;
